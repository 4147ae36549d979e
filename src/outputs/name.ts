// Where an output goes and what it is called.
import { basename, dirname, extname, join, posix, win32 } from 'node:path';
import { CommandError, exitCodes } from '../errors.ts';
import type { TargetFormat } from '../images/facts.ts';
import { printable } from '../text.ts';
import { extensionFor, splitName } from './extension.ts';
import { fitName } from './fit.ts';
import { safeOnWindows } from './windows.ts';

export interface PlaceOptions {
  /** Absolute output folder. */
  readonly folder: string;
  /** A template that `checkTemplate` has passed. */
  readonly template: string;
  /** Goes after the name, in front of the extension. */
  readonly suffix: string;
  readonly preset: string;
  readonly format: TargetFormat;
  readonly platform?: NodeJS.Platform;
}

/**
 * The absolute path of the output of a source at `relative` (parts joined by `/`); never outside of `folder`. The
 * source's own extension stays as written where it fits the format (`a.JPEG`, `b.tif`). A name over 255 bytes is
 * shortened and keeps a hash.
 */
export function outputPlace(relative: string, options: PlaceOptions): string {
  const { folder, template, suffix, preset, format, platform = process.platform } = options;
  const parts = relative.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
  const { stem, extension } = splitName(parts.pop() ?? '');
  const parent = parts.at(-1) ?? '';
  const filled = fillTemplate(template, { name: stem, 'source-ext': extension, preset, format, parent });
  const name = filled.pop() ?? stem;
  const folders = [...parts, ...filled];
  const tail = `${suffix}.${extensionFor(format, extension)}`;
  if (platform !== 'win32') return posix.join(folder, ...folders, fitName(name, tail));
  const safe = safeOnWindows(name + tail);
  const safeName = fitName(safe.slice(0, -tail.length), safe.slice(-tail.length));
  return win32.join(folder, ...folders.map(safeOnWindows), safeName);
}

/** Two outputs with one key would be one file somewhere: NFC and lower case, as macOS and Windows compare names. */
export function collisionKey(path: string): string {
  return path.normalize('NFC').toLowerCase().normalize('NFC');
}

/** The n-th name beside `path`: `bath.jpg`, 2 → `bath-2.jpg`. */
export function renamed(path: string, n: number): string {
  const name = basename(path);
  const extension = extname(name);
  return join(dirname(path), fitName(name.slice(0, name.length - extension.length), `-${n}${extension}`));
}

/** What a template may hold in braces; extensions come without their dot. */
interface TemplateFields {
  /** The source's name without its extension. */
  readonly name: string;
  /** The source's own extension as written, empty without one. */
  readonly 'source-ext': string;
  readonly preset: string;
  readonly format: string;
  /** Name of the folder the source lies in; empty at the top level. */
  readonly parent: string;
}

const known = ['name', 'ext', 'source-ext', 'preset', 'format', 'parent'];
const field = /\{([^{}]*)\}/g;
const maxSuffixBytes = 100;

/**
 * Refuses a template or suffix that cannot name outputs, before anything is read: unknown fields, no {name}, {ext} not
 * at the end, ways out of the output folder. Throws CommandError (exit 2).
 */
export function checkTemplate(template: string, suffix = ''): void {
  for (const [, name = ''] of template.matchAll(field)) {
    if (!known.includes(name)) refuse(`{${name}} is no field of a name template`, knownHint);
  }
  if (/[{}]/.test(template.replace(field, '')))
    refuse('the name template has a brace without its partner', knownHint);
  if (!template.includes('{name}')) {
    refuse(
      'the name template has no {name}, so all outputs would have one name',
      "for example --name '{name}-{preset}.{ext}'",
    );
  }
  const head = withoutExtension(template);
  if (head.includes('{ext}'))
    refuse('{ext} can only stand at the end, after a dot', "for example --name '{name}-{preset}.{ext}'");
  if (template.includes('\\') || template.includes('\0')) {
    refuse('the name template holds a character that cannot be used', 'write / between folders');
  }
  const parts = head.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    refuse(
      'the name template leads out of the output folder or holds an empty part',
      "for example --name '{preset}/{name}.{ext}'",
    );
  }
  if (/[/\\\0]/.test(suffix) || Buffer.byteLength(suffix) > maxSuffixBytes) {
    refuse('the suffix must be short and hold no slash', 'for example --suffix -enhanced');
  }
}

/** The template filled in, without the extension; parts that come out empty are dropped. */
function fillTemplate(template: string, fields: TemplateFields): string[] {
  const values: Readonly<Record<string, string>> = { ...fields };
  const fill = (part: string) => part.replace(field, (_, name) => (values[name] ?? '').replaceAll('/', '-'));
  return withoutExtension(template)
    .split('/')
    .map(fill)
    .filter((part) => part !== '' && part !== '.' && part !== '..');
}

// The extension is always there: a template without .{ext} gets one.
function withoutExtension(template: string): string {
  return template.endsWith('.{ext}') ? template.slice(0, -'.{ext}'.length) : template;
}

const knownHint = `the fields are ${known.map((name) => `{${name}}`).join(' ')}`;

function refuse(message: string, hint: string): never {
  throw new CommandError(printable(message), { exitCode: exitCodes.usage, hint });
}
