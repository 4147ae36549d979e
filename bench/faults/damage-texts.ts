// What becomes of files that hold JSON.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Damage, fileOf } from './damage-kinds.ts';

/** The key store as text that is changed. */
export function textDamages(area: 'keystore' | 'config'): Damage[] {
  const make = (name: string, change: (text: string) => string | Buffer, isHarmless = false): Damage => ({
    ...{ area, name, isHarmless },
    apply(home) {
      const file = join(home, fileOf[area]);
      writeFileSync(file, change(readFileSync(file, 'utf8')));
    },
  });
  return [
    make('with a BOM', (text) => `\ufeff${text}`, true),
    make('with CRLF', (text) => text.replaceAll('\n', '\r\n'), true),
    make('in UTF-16', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')),
    make('100,000 deep', () => '['.repeat(100_000) + ']'.repeat(100_000)),
    make('a deep value of a name', (text) =>
      text.replace(/^\{/, `{"x":${'['.repeat(50_000)}${']'.repeat(50_000)},`),
    ),
    make('40 MB of spaces behind it', (text) => text + ' '.repeat(40 * 2 ** 20)),
    make(
      'a name given twice',
      (text) => text.replace(/\}\s*$/, `,${/"[\w-]+":\s*[\d"][^,}]*/.exec(text)?.[0]}}`),
      true,
    ),
    make('null', () => 'null'),
    make('a number', () => '7'),
    make('a list', () => '[]'),
    make('an empty object', () => '{}', area === 'config'),
    make('with a comment', (text) => `// mine\n${text}`),
    make('twice', (text) => text + text),
  ];
}

/** Each field of the key store removed, and of each other type. */
export function fieldDamages(text: string): Damage[] {
  const damages: Damage[] = [];
  for (const path of pathsOf(JSON.parse(text))) {
    for (const value of [undefined, null, 0, -1, 1.5, 1e308, '', 'x', [], {}, true]) {
      const copy = JSON.parse(text);
      const owner = path.slice(0, -1).reduce((at, name) => at[name], copy);
      owner[path.at(-1) ?? ''] = value;
      const changed = `${JSON.stringify(copy)}\n`;
      if (changed === text) continue;
      damages.push({
        ...{
          area: 'keystore',
          name: `${path.join('.')} = ${JSON.stringify(value)}`,
          row: 'a field removed or of another type',
        },
        apply: (home) => writeFileSync(join(home, 'keystore.json'), changed),
      });
    }
  }
  return damages;
}

function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    [...path, name],
    ...pathsOf(member, [...path, name]),
  ]);
}
