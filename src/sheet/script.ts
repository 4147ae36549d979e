import { readFile } from 'node:fs/promises';

// The page's modules: each stands behind those that it uses.
const modules = [
  ...['../../money', '../headline'],
  ...['dom', 'data', 'marks', 'thumbnails', 'filters', 'chart', 'compare', 'zoom'],
  ...['facts', 'cell', 'grid', 'summary', 'toolbar', 'export', 'pointers', 'viewer', 'main'],
];

/** The script of the page: its modules as the compiler left them, joined in one scope of their own. */
export async function pageScript(): Promise<string> {
  const compiled = import.meta.url.endsWith('.js');
  const base = new URL('./page/', import.meta.url);
  const texts = await Promise.all(
    modules.map(async (name) => {
      const text = await readFile(new URL(`./${name}.${compiled ? 'js' : 'ts'}`, base), 'utf8');
      return withoutImports(compiled ? text : await withoutTypes(text));
    }),
  );
  return `(() => {\n'use strict';\n${texts.join('\n')}\nmain();\n})();`;
}

// Run from its sources, as tests do, the program reads the sources of the page.
async function withoutTypes(text: string): Promise<string> {
  const { stripTypeScriptTypes } = await import('node:module');
  return stripTypeScriptTypes(text);
}

function withoutImports(text: string): string {
  return text
    .replaceAll(/^import [^;]*;$/gm, '')
    .replaceAll(/^export (?=function|const|async|class)/gm, '')
    .replaceAll('export {};', '');
}
