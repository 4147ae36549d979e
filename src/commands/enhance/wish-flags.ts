// What is wanted of a service besides words: from flags to a wish.
import type { Context } from '../../context.ts';
import type { EdgesWish } from '../../images/edges.ts';
import type { Background } from '../../images/restore/shape.ts';
import { type OperationFacts, type OperationName, operations } from '../../operations.ts';
import type { Wish } from '../../providers/wish.ts';
import { printable } from '../../text.ts';
import { backgroundOf } from './background-flag.ts';
import { edgesOf } from './expand-flag.ts';
import { optional, whole } from './flag-values.ts';
import type { EnhanceFlags } from './flags.ts';
import { remoteScale } from './scale-flag.ts';
import { usage } from './usage.ts';
import { wordsOf } from './words-flag.ts';

export interface Wanted {
  readonly wish: Wish;
  readonly edges?: EdgesWish;
  /** What is put behind a cut-out, here. */
  readonly background?: Background;
}

/** What the flags ask for, with `operation` of the preset. Throws CommandError (2) before any other file is looked at. */
export async function wantedBy(
  flags: EnhanceFlags,
  operation: OperationName,
  context: Context,
): Promise<Wanted> {
  needs(flags, operation);
  checkStray(flags, operation);
  const wish: Wish = {
    operation,
    ...(operation === 'upscale' && { scale: remoteScale(flags.size) }),
    ...(flags.creative && { creative: true }),
    ...(flags.remove !== undefined && { thing: wordsOf('--remove', flags.remove) }),
    ...(flags.seed !== undefined && { seed: seedOf(flags.seed) }),
    ...(flags.style !== undefined && { style: flags.style }),
    ...(flags.negative !== undefined && { negative: wordsOf('--negative', flags.negative) }),
  };
  const edges = optional(flags.expand, edgesOf);
  if (edges !== undefined) return { wish, edges };
  if (operation !== 'replace-background' || flags.background === undefined) return { wish };
  const behind = await backgroundOf(flags.background, context);
  if (behind.kind === 'words') return { wish: { ...wish, background: behind.words } };
  // The service only cuts the subject out: any background goes with one and the same purchase.
  return { wish: { ...wish, operation: 'remove-background' }, background: behind };
}

/** The flags of which the wish is made: they hold for whoever does it. */
export function wishFlags(flags: EnhanceFlags, operation: OperationName): EnhanceFlags {
  const { prompt, promptFile, mask, size, creative, expand, remove, background } = flags;
  const given = {
    ...{ prompt, promptFile, mask, size, creative, expand, remove },
    // Elsewhere it is an option of one service.
    ...(operation === 'replace-background' && { background }),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** `{thing}` and `{background}` of a prompt, filled in. */
export function filledIn(prompt: string, { thing, background }: Wish): string {
  const what = thing ?? 'what the mask marks';
  return prompt.replaceAll('{thing}', () => what).replaceAll('{background}', () => background ?? '');
}

export function factsOf(operation: OperationName): OperationFacts {
  const found = operations.find(({ name }) => name === operation);
  if (found === undefined) throw new Error(`no operation ${operation}`);
  return found;
}

const wantedFlags: Readonly<Record<OperationFacts['needs'], readonly (keyof EnhanceFlags)[]>> = {
  nothing: [],
  mask: ['mask'],
  'mask or thing': ['mask', 'remove'],
  background: ['background'],
  edges: ['expand'],
};

const needed: Readonly<Record<OperationFacts['needs'], readonly [what: string, hint: string]>> = {
  nothing: ['nothing', ''],
  mask: ['a mask', '--mask FILE, or --mask FOLDER with one for each picture: what is white may change'],
  'mask or thing': ['a mask or a name', '--remove "the red car", or --mask FILE'],
  background: ['a background', '--background white, --background picture.jpg, or --background "a beach"'],
  edges: ['to know how far', '--expand 20%, --expand left=200,right=10%, or --expand 16:9'],
};

/** Throws CommandError (2) where an operation lacks what it needs. */
export function needs(flags: EnhanceFlags, operation: OperationName): void {
  const facts = factsOf(operation);
  const wanted = wantedFlags[facts.needs];
  if (wanted.length === 0 || wanted.some((flag) => flags[flag] !== undefined)) return;
  const [what, hint] = needed[facts.needs];
  throw usage(`${operation} needs ${what}`, hint);
}

// A flag that nothing is done with would be ignored in silence.
const homes: readonly (readonly [flag: keyof EnhanceFlags, spelled: string, home: OperationName])[] = [
  ['creative', '--creative', 'upscale'],
  ['expand', '--expand', 'expand'],
  ['remove', '--remove', 'retouch'],
];

function checkStray(flags: EnhanceFlags, operation: OperationName): void {
  for (const [flag, spelled, home] of homes) {
    if (flags[flag] === undefined || operation === home) continue;
    throw usage(`${spelled} goes with the preset ${home}`, `add -p ${home}, or leave ${spelled} out`);
  }
  if (flags.size !== undefined && flags.size !== 'keep' && operation !== 'upscale') {
    throw usage(
      `--size ${printable(flags.size)} goes with the preset upscale`,
      'add -p upscale; otherwise each picture comes back in its own size',
    );
  }
  if (operation === 'remove-background' && flags.background !== undefined) {
    throw usage(
      '--background goes with the preset replace-background',
      'add -p replace-background; -p remove-background leaves it transparent',
    );
  }
}

const mostSeed = 4_294_967_294;

function seedOf(text: string): number {
  const seed = whole('--seed', text, 0);
  if (seed <= mostSeed) return seed;
  throw usage(`--seed ${printable(text)} is more than ${mostSeed}`);
}
