// What AI providers are asked for where it is more, or less, than making the whole picture better.
import { faithful } from './prompts.ts';

/**
 * The same words for the providers (`ids`) whose models for an operation want the result described, and take instructions
 * for a part of it.
 */
export function describing(words: string, ids = painters): Readonly<Record<string, string>> {
  return Object.fromEntries(ids.map((id) => [id, words]));
}

const painters: readonly string[] = ['stability', 'replicate', 'fal', 'imagine'];

/** By the name of the preset. */
export const operationPrompts = {
  upscale: faithful(
    'Enlarge this photograph and let the detail it holds be crisp at the larger size: clean edges, natural texture, no halos. Brightness, contrast and colours stay as they are.',
  ),
  listing: faithful(
    'Prepare this photograph of a room or building for a property listing: straight, bright and honest. Level a tilted horizon and let leaning walls stand upright, without cropping any part of the room. Bright, even daylight, open shadows, windows that can be looked through, clean whites; floors, wood and painted walls keep their true colour. Nothing is staged: no furniture, lamps, plants, lawn or blue sky that is not there. Nothing is hidden: wear, stains, cables, neighbouring buildings and power lines stay.',
    'straightening what leans',
  ),
  'old-photo': faithful(
    'Restore this scan of an old photograph: mend scratches, creases, tears, dust and stains; take away the yellowing of the paper and the cast of faded dyes; bring back depth and contrast, and clear slight softness. Black and white stays black and white: colourise nothing. Faces stay as the print shows them and are not redrawn: where damage crosses a face, mend the damage alone. Handwriting and the edge of the print stay.',
    'the damage to the print',
  ),
  relight: faithful(
    'Improve the light in this photograph: a soft, natural main light from the side it comes from already, gentle shadows that still show the shape of things, and no glare. The time of day, the weather and every lamp stay as they are.',
    'light and shadow',
  ),
  'remove-background': faithful(
    'Cut out the main subject of this photograph: make all that is behind and around it fully transparent. Clean edges that keep hair, fur, glass and fine outlines. The subject itself is not changed in any way.',
    'the background',
  ),
  'replace-background': faithful(
    'Replace the background of this photograph by this: {background}. The subject itself is not changed in any way: clean edges that keep hair, fur, glass and fine outlines. The new background fits its perspective and its light, with a natural shadow where it stands.',
    'the background',
  ),
  fill: faithful(
    'Paint the part of this photograph that the mask marks so that it continues its surroundings without a seam: same materials, light, perspective, focus and grain. Everything outside of the mask stays untouched.',
    'the part that the mask marks',
  ),
  expand: faithful(
    'Continue this photograph beyond its edges, into the empty margin around it: same scene, light, perspective, focus and grain, without a seam. Nothing new that draws the eye: no people, animals, lettering or things that do not begin within the picture.',
    'the empty margin',
  ),
  retouch: faithful(
    'Remove {thing} from this photograph, with its shadow and its reflection. Continue what is around and behind it: same surfaces, light, perspective, focus and grain, without a trace. Put nothing in its place.',
    'what is to be removed',
  ),
} as const;
