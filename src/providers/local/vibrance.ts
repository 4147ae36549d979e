// Colours of this saturation, (largest - smallest channel) / largest, and above are vivid enough.
const vivid = 0.6;

/**
 * Factor on the distance of each channel from luma: the paler the colour, the more; skin and other warm tones get a
 * third of it, vivid colours none, and no channel goes more than half the way to `max`. The channels, the largest of them,
 * their luma and `max` are in any common scale.
 */
export function vibranceFactor(
  red: number,
  green: number,
  blue: number,
  most: number,
  luma: number,
  max: number,
  vibrance: number,
): number {
  let least = red < green ? red : green;
  if (blue < least) least = blue;
  if (most <= least) return 1;
  const pale = 1 - (most - least) / (vivid * most);
  if (pale <= 0) return 1;
  // Skin lies between red and yellow: red > green > blue, with green not quite half-way to yellow.
  const warm = red > green && green >= blue && (green - blue) * 5 < (red - blue) * 4;
  const gain = vibrance * pale * (warm ? 1 / 3 : 1);
  const room = (max - most) / 2;
  return gain * (most - luma) > room ? 1 + room / (most - luma) : 1 + gain;
}

export function largest(red: number, green: number, blue: number): number {
  const most = red > green ? red : green;
  return blue > most ? blue : most;
}
