// What AI providers are asked for. Their models paint each picture anew, so every prompt says what has to stay.

/** A whole prompt: what to do, then what must stay as it is. `except` names what may nevertheless be removed. */
export function faithful(task: string, except?: string): string {
  const changes = except === undefined ? '' : `Apart from ${except}: `;
  return [
    task,
    'This is a correction of an existing photograph, not a new picture.',
    `${changes}${changes === '' ? 'A' : 'a'}dd nothing, remove nothing, move nothing, replace nothing. Keep the same framing, crop, perspective and geometry from edge to edge; straight lines stay straight, and every object keeps its place, shape, size and number.`,
    'Text, numbers, logos, labels and signs stay letter for letter as they are, and legible. Faces stay the same persons: identity, expression, age, hair and skin texture unchanged.',
    'Where the photograph holds no detail, leave it plain; do not invent any. Natural colours and real textures; no stylising, no painted or plastic look. No borders, frames, captions or watermarks.',
  ].join('\n');
}

const general = faithful(
  'Improve this photograph as a careful photo editor would: correct exposure, contrast and white balance, open blocked shadows, hold back glaring highlights, freshen pale colours, and reduce noise and slight blur. Correct only what falls short; what is good already stays as it is.',
);

/** By the name of the preset. */
export const prompts = {
  auto: general,
  draft: general,
  'low-light': faithful(
    'Brighten this photograph, which was taken in poor light, until the subject is clear to see. Remove noise and colour speckles, and weaken the colour cast of artificial light. The time of day stays: night stays night, a dark sky stays dark, lamps keep their glow, and no new source of light appears.',
  ),
  denoise: faithful(
    'Remove sensor noise, grain, colour speckles and compression blocks from this photograph. Keep what is real texture: hair, skin pores, fabric, leaves, stone, lettering. Brightness, contrast and colours stay as they are.',
  ),
  sharpen: faithful(
    'Correct the slight blur of missed focus or camera shake in this photograph, so that the edges and fine textures it shows become crisp, without halos. Blur that belongs to the picture stays: backgrounds out of focus, and motion. Brightness, contrast and colours stay as they are.',
  ),
  dehaze: faithful(
    'Clear the veil of haze, smog, backlight or dull glass from this photograph: bring back contrast and colour where they are weakened, most of all in the distance. Clouds, mist and steam that are part of the scene stay. The sky stays the same sky, with the same clouds or none.',
  ),
  'real-estate': faithful(
    'Prepare this photograph of a room or building for a property listing. Light it evenly, open the shadows, and hold back bright windows so that the view the photograph shows through them can be read. Neutralise mixed light, so that white walls and ceilings are a clean white; painted walls, floors and wood keep their true colour. The sky and the view outside stay the same. No invented furniture, lamps, plants, lawn or decoration; lamps that are off stay off; wear, stains, cables and damage stay visible, for a buyer relies on them.',
  ),
  product: faithful(
    'Prepare this photograph of goods for a shop. Neutral white balance, even light, clean and crisp edges; the goods keep their true colours, materials, reflections and proportions. A white or plain background becomes even, with its natural shadow kept; any other background stays. Printed text, brand marks, bar codes and labels are untouched, letter for letter. The goods show no more and no less than they have: the same parts, the same quantity.',
  ),
  portrait: faithful(
    'Improve light and colour of this portrait: balance the exposure of faces, soften harsh shadows on them, remove colour casts, and let the eyes be clear. Each person keeps their own complexion. No beautifying: pores, wrinkles, freckles, moles, scars, stubble, loose hair, make-up, glasses and jewellery stay; do not smooth, slim, reshape or whiten anything, and do not change the direction of a look. The background stays as it is.',
  ),
  restore: faithful(
    'Restore this old photograph: mend scratches, creases, tears, dust and stains, and bring back contrast and colours that have faded. Black and white stays black and white, and sepia stays sepia. Faces are not redrawn: where damage crosses a face, mend the damage alone, from what is beside it. Where a part is lost, continue the plain tones around it. Film grain, handwriting and the edge of the print stay.',
    'the damage to the print',
  ),
  food: faithful(
    'Let this photograph of food look as the food does in good daylight: neutral white balance, so that white plates are white; clear, fresh and true colours, never oversaturated; bright, soft light; crisp texture. The same portion, ingredients, garnish and tableware; no added gloss, steam, drops, herbs or sauce, and nothing made to look more or less cooked.',
  ),
} as const;
