// What people ask for by name, and `local` cannot do: measuring a picture does not tell what is not in it.
import { CommandError, exitCodes } from '../errors.ts';
import type { OperationName } from '../operations.ts';
import { printable } from '../text.ts';

/** Something that only a model can do that paints anew. */
export interface NamedWish {
  /** What people type after -p. */
  readonly names: readonly string[];
  /** Follows "local cannot". */
  readonly cannot: string;
  /** The operation of a provider that it takes. */
  readonly takes: OperationName;
  /** What is added to the command for such a provider. */
  readonly flags: string;
}

/** A provider that pictures are sent to, as far as it matters here. */
export interface Service {
  readonly id: string;
  /** The model for each operation it can do. */
  readonly modelFor: Readonly<Partial<Record<OperationName, string>>>;
}

export const wishes: readonly NamedWish[] = [
  {
    names: ['deblur', 'unblur', 'motion-deblur', 'remove-blur', 'deconvolve', 'refocus'],
    cannot: 'remove blur: what is not in the picture cannot be measured back',
    takes: 'enhance',
    flags: '-p sharpen',
  },
  {
    names: ['faces', 'face', 'face-restore', 'face-restoration', 'restore-faces', 'face-enhance'],
    cannot: 'restore faces: features that the picture does not show would have to be made up',
    takes: 'enhance',
    flags: '--prompt "Make the faces clear; they stay the same persons"',
  },
  {
    names: ['inpaint', 'inpainting', 'fill', 'generative-fill'],
    cannot: 'fill in parts of a picture: what belongs there is nowhere in it',
    takes: 'fill',
    flags: '-p fill --mask FILE --prompt "what belongs there"',
  },
  {
    names: ['remove-object', 'remove-objects', 'object-removal', 'retouch', 'erase', 'declutter'],
    cannot: 'remove things: what they hide is not in the picture',
    takes: 'retouch',
    flags: '-p retouch --remove "the red car"',
  },
  {
    names: ['remove-background', 'background-remove', 'background-removal', 'remove-bg', 'rembg', 'cutout'],
    cannot: 'remove a background: it measures light and detail, and does not know what stands in front',
    takes: 'remove-background',
    flags: '-p remove-background',
  },
  {
    names: ['replace-background', 'background-replace', 'change-background', 'background'],
    cannot: 'replace a background: it does not know what stands in front, and adds nothing to a picture',
    takes: 'replace-background',
    flags: '-p replace-background --background "a sunny beach"',
  },
  {
    names: ['colorize', 'colourize', 'colorise', 'colourise'],
    cannot: 'colourise: which colours things had cannot be measured in a picture without any',
    takes: 'enhance',
    flags: '--prompt "Colourise this photograph in natural colours"',
  },
  {
    names: ['outpaint', 'outpainting', 'uncrop'],
    cannot: 'paint beyond the edges: what lies there is not in the picture (it mirrors them with -p expand)',
    takes: 'expand',
    flags: '-p expand --expand 20%',
  },
  {
    names: ['relight', 'relighting'],
    cannot: 'light a scene anew: it brightens and darkens what is there, and knows no lamps or shapes',
    takes: 'relight',
    flags: '-p relight',
  },
  {
    names: ['restore'],
    cannot: 'restore old prints: what scratches, creases and stains hide is not in the picture',
    takes: 'restore',
    flags: '-p restore',
  },
  {
    names: ['sky', 'sky-replace', 'replace-sky', 'sky-replacement', 'blue-sky'],
    cannot: 'replace a sky: it adds nothing to a picture',
    takes: 'enhance',
    flags: '--prompt "Replace the sky by …"',
  },
];

/** What is wished by this name, however it is written: `Remove_Background`. */
export function wishNamed(name: string): NamedWish | undefined {
  const plain = name.trim().toLowerCase().replace(/[_ ]/g, '-');
  return wishes.find(({ names }) => names.includes(plain));
}

/** The error (2) for a wish put to `local`, with those of `services` that can do it. */
export function notByLocal(wish: NamedWish, services: readonly Service[]): CommandError {
  return new CommandError(`local cannot ${wish.cannot}`, {
    exitCode: exitCodes.usage,
    hint: waysToAsk(ableOf(wish, services), wish.flags, how(wish)),
  });
}

/** The error (2) for a wish that is no preset, put to `chosen` of `services`. */
export function notAPreset(
  name: string,
  wish: NamedWish,
  chosen: Service,
  services: readonly Service[],
): CommandError {
  const able = ableOf(wish, services);
  return new CommandError(`there is no preset ${printable(name)}`, {
    exitCode: exitCodes.usage,
    hint: able.includes(chosen)
      ? `ask ${chosen.id} for it with ${wish.flags} in place of -p ${printable(name)}`
      : `${chosen.id} cannot do it; ${waysToAsk(able, wish.flags, how(wish))}`,
  });
}

/** How `able` are asked; says so plainly where there is none. */
export function waysToAsk(able: readonly Service[], flags: string, can = paintsAnew): string {
  const [first, ...others] = able.map(({ id }) => `--provider ${id}`);
  if (first === undefined) return 'no provider of this version can';
  const or = others.length === 0 ? '' : ` (or ${others.join(', ')})`;
  return `an AI model ${can} (it is paid): ${first}${or} ${flags}`;
}

const paintsAnew = 'can try, painting the picture anew';

// A cut-out keeps the pixels of the photograph.
function how({ takes }: NamedWish): string {
  return takes === 'remove-background' ? 'can, leaving the pixels of the subject as they are' : paintsAnew;
}

function ableOf({ takes }: NamedWish, services: readonly Service[]): readonly Service[] {
  return services.filter(({ modelFor }) => modelFor[takes] !== undefined);
}
