// From what the ledger knows to what the page shows: files looked at, texts cleared of secrets and made printable.
import type { FileStamp } from '../ledger/outputs.ts';
import { redactor } from '../redact.ts';
import { reviewName } from '../review-folder.ts';
import { printable } from '../text.ts';
import type { FileState, SheetFile, SheetPicture } from './data.ts';
import type { Gathered } from './gather.ts';
import { hrefOf, showsInBrowser } from './href.ts';
import { shortNames } from './names.ts';

/** A picture of the page, and the files that its thumbnails are made of. */
export interface Presented {
  readonly picture: SheetPicture;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface PresentOptions {
  readonly runId: string;
  /** Absolute, of the page. */
  readonly folder: string;
  readonly cwd: string;
  readonly outputFolder: string | undefined;
  readonly provider: string;
  readonly preset: string;
  /** What a file is now; undefined where there is none. */
  stat(path: string): Promise<{ readonly size: number; readonly mtimeNs: bigint } | undefined>;
  absolute(path: string): string;
  isAbsolute(path: string): boolean;
  /** Where a copy of an original lies that was replaced. */
  backupOf(gathered: Gathered): string | undefined;
}

const atOnce = 64;

export async function present(pictures: readonly Gathered[], options: PresentOptions): Promise<Presented[]> {
  const names = shortNames(pictures.map(({ source }) => source));
  const presented: Presented[] = [];
  for (let start = 0; start < pictures.length; start += atOnce) {
    const part = pictures.slice(start, start + atOnce);
    presented.push(
      ...(await Promise.all(part.map((one, at) => presentOne(one, names[start + at] ?? '', options)))),
    );
  }
  return presented;
}

async function presentOne(one: Gathered, name: string, options: PresentOptions): Promise<Presented> {
  const { made, row, output, reason, message, hint, elapsedMs } = one;
  const path = sourcePath(one, options);
  const inPlace = path !== undefined && output === path;
  const original = inPlace && one.state === 'enhanced' ? options.backupOf(one) : path;
  const before = original === undefined ? undefined : await fileOf(original, row?.source, options);
  // Without a row, another recipe has made another file of it since.
  const after =
    output === undefined || one.state === 'failed' ? undefined : await fileOf(output, row?.output, options);
  const state = row === undefined && after?.state === 'unknown' ? 'changed' : after?.state;
  const note = noteOn(one, original, inPlace);
  const picture: SheetPicture = {
    name: clean(name),
    ...(path !== undefined && { path: redactor.redactKnown(path) }),
    state: one.state,
    review: (made?.drift?.reasons.length ?? 0) > 0 && isInReview(output, options.outputFolder),
    ...(one.runId !== options.runId && { earlier: one.runId }),
    ...(before && { before }),
    ...(after && state && { after: { ...after, state } }),
    ...(note && { note }),
    ...{ provider: clean(made?.provider ?? options.provider), preset: clean(made?.preset ?? options.preset) },
    text: clean(made?.text ?? ''),
    ...(made && { width: made.width, height: made.height }),
    ...(made?.cost && {
      cost: { ...made.cost, model: clean(made.cost.model), provider: clean(made.cost.provider) },
    }),
    ...(made?.drift && { drift: made.drift }),
    warnings: (made?.warnings ?? []).map((warning) => clean(warning.message)),
    ...(reason && { reason }),
    ...(message !== undefined && { message: clean(message) }),
    ...(hint !== undefined && { hint: clean(hint) }),
    ...(elapsedMs !== undefined && { elapsedMs }),
    atMs: one.atMs,
  };
  const decodes = one.state !== 'failed' || !undecodable.has(reason ?? '');
  const seen = (file: SheetFile | undefined, at: string | undefined) =>
    decodes && file !== undefined && file.state !== 'missing' ? at : undefined;
  return { picture, before: seen(before, original), after: seen(after, output) };
}

/** Text for people: without secrets, and without what would steer or hide. */
export function clean(text: string): string {
  return printable(redactor.redact(text));
}

// Failures come with the name as it was given where there is no file, escaped where it is no text.
function sourcePath(
  { source, reason }: Gathered,
  { isAbsolute, absolute }: PresentOptions,
): string | undefined {
  if (isAbsolute(source)) return source;
  return reason === 'name-not-utf8' || source === '' ? undefined : absolute(source);
}

async function fileOf(
  path: string,
  stamp: FileStamp | undefined,
  { stat, folder }: PresentOptions,
): Promise<SheetFile> {
  const now = await stat(path);
  const state: FileState =
    now === undefined
      ? 'missing'
      : stamp === undefined
        ? 'unknown'
        : now.size === stamp.size && now.mtimeNs === stamp.mtimeNs
          ? 'as-it-was'
          : 'changed';
  return { href: hrefOf(redactor.redactKnown(path), folder), state, shows: showsInBrowser(path) };
}

function noteOn(
  { state, reason }: Gathered,
  original: string | undefined,
  inPlace: boolean,
): string | undefined {
  if (inPlace && original === undefined) return 'the original was replaced, and no copy of it is known';
  if (state === 'failed' && undecodable.has(reason ?? '')) return 'the file cannot be shown';
  return undefined;
}

function isInReview(output: string | undefined, outputFolder: string | undefined): boolean {
  if (output === undefined || outputFolder === undefined || !output.startsWith(outputFolder)) return false;
  return output.slice(outputFolder.length).split(/[\\/]/)[1] === reviewName;
}

// Whoever tried them could not read them; another try would fail in the same way.
const undecodable = new Set([
  ...['not-an-image', 'unsupported-format', 'camera-raw', 'empty', 'damaged', 'too-many-pixels', 'too-large'],
  ...['needs-memory', 'time-out', 'worker-died', 'not-found', 'no-permission', 'not-a-file', 'symlink-loop'],
  ...['name-not-utf8', 'name-too-long', 'read-failed', 'svg-not-asked'],
]);
