// Colours by their names. CSS has more (css-color-4, named colours); those that are things too, such as snow, may be
// meant as such.
import { countSlips } from '../../suggest.ts';

export type Rgb = readonly [number, number, number];

/** The colour of that name, in any case; undefined for a name that is not known. */
export function namedColour(name: string): Rgb | undefined {
  const plain = name.toLowerCase();
  return Object.hasOwn(colours, plain) ? colours[plain as keyof typeof colours] : undefined;
}

/** Whether one word is rather the name of a colour, or a misspelling of one, than what a picture shows. */
export function looksLikeColour(text: string): boolean {
  const word = text.toLowerCase();
  if (!/^[a-z-]+$/.test(word)) return false;
  if (others.has(word)) return true;
  const names = Object.keys(colours);
  if (names.some((name) => new RegExp(`^${shades}-?${name}$`).test(word))) return true;
  const long = names.filter((name) => name.length >= 4);
  if (long.some((name) => word.endsWith(name))) return true;
  // One slip in a short word makes another word.
  return long.some((name) => name.length >= 5 && word.length >= 5 && countSlips(word, name) === 1);
}

const colours = {
  // The sixteen of CSS 1 and 2.
  aqua: [0, 255, 255],
  black: [0, 0, 0],
  blue: [0, 0, 255],
  fuchsia: [255, 0, 255],
  gray: [128, 128, 128],
  green: [0, 128, 0],
  lime: [0, 255, 0],
  maroon: [128, 0, 0],
  navy: [0, 0, 128],
  olive: [128, 128, 0],
  purple: [128, 0, 128],
  red: [255, 0, 0],
  silver: [192, 192, 192],
  teal: [0, 128, 128],
  white: [255, 255, 255],
  yellow: [255, 255, 0],
  // Of the later ones, those that are asked for.
  beige: [245, 245, 220],
  brown: [165, 42, 42],
  crimson: [220, 20, 60],
  cyan: [0, 255, 255],
  gold: [255, 215, 0],
  grey: [128, 128, 128],
  indigo: [75, 0, 130],
  ivory: [255, 255, 240],
  khaki: [240, 230, 140],
  lightgray: [211, 211, 211],
  lightgrey: [211, 211, 211],
  magenta: [255, 0, 255],
  orange: [255, 165, 0],
  pink: [255, 192, 203],
  tan: [210, 180, 140],
  turquoise: [64, 224, 208],
  violet: [238, 130, 238],
  whitesmoke: [245, 245, 245],
} as const satisfies Record<string, Rgb>;

const shades =
  '(?:light|dark|pale|deep|medium|bright|dull|soft|warm|cool|hot|off|baby|sky|royal|neon|pastel|navy|rose)';

const others: ReadonlySet<string> = new Set([
  ...[
    'amber',
    'anthracite',
    'apricot',
    'azure',
    'bordeaux',
    'burgundy',
    'champagne',
    'charcoal',
    'chartreuse',
  ],
  ...['chocolate', 'cobalt', 'coral', 'cream', 'ecru', 'eggshell', 'emerald', 'lavender', 'lilac', 'linen'],
  ...[
    'mauve',
    'mint',
    'mustard',
    'ochre',
    'orchid',
    'peach',
    'plum',
    'rust',
    'salmon',
    'sand',
    'scarlet',
    'sepia',
  ],
  ...['sienna', 'snow', 'taupe', 'thistle', 'tomato', 'ultramarine', 'umber', 'vermilion', 'wheat'],
]);
