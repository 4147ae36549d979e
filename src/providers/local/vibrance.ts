/**
 * Factor on the distance of each channel from luma: the paler the colour, the more; skin and other warm tones get a
 * third of it. Takes the three channels in any common scale.
 */
export function vibranceFactor(red: number, green: number, blue: number, vibrance: number): number {
  const most = red > green ? (red > blue ? red : blue) : green > blue ? green : blue;
  const least = red < green ? (red < blue ? red : blue) : green < blue ? green : blue;
  if (most <= least) return 1;
  const pale = least / most;
  // Skin lies between red and yellow: red > green > blue, with green not quite half-way to yellow.
  const warm = red > green && green >= blue && (green - blue) * 5 < (red - blue) * 4;
  return 1 + vibrance * pale * pale * (warm ? 1 / 3 : 1);
}
