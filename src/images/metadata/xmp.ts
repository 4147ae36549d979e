// XMP packets (ISO 16684-1) are edited as text, in place: parsing and writing them anew would lose what other programs
// keep in them.

export interface XmpEdit {
  /** Size of the picture in pixels. */
  readonly size: { readonly width: number; readonly height: number };
  readonly removeGps: boolean;
  readonly removeGainMap: boolean;
}

const maxBytes = 16 * 2 ** 20;

/**
 * The packet for an upright picture: orientation 1, its size, no GPS or gain map where that is asked. A packet that
 * cannot be edited (not UTF-8, or larger than 16 MB) stays as it is, or is undefined where GPS had to go.
 */
export function editXmp(packet: Buffer, edit: XmpEdit): Buffer | undefined {
  const text = packet.length <= maxBytes ? packet.toString('utf8') : '';
  if (!/^\ufeff?\s*</.test(text)) return edit.removeGps ? undefined : packet;
  let edited = setSize(setValue(text, 'tiff:Orientation', '1'), edit.size);
  if (edit.removeGps) edited = removeProperties(edited, /^gps/i);
  if (edit.removeGainMap) edited = removeGainMap(edited);
  return edited === text ? packet : Buffer.from(edited, 'utf8');
}

/** The value of tiff:Orientation, 1 to 8, if the packet has one. */
export function orientationInXmp(packet: Buffer | undefined): number | undefined {
  if (packet === undefined || packet.length > maxBytes) return undefined;
  const found = /tiff:Orientation(?:\s*=\s*["']|>)\s*([1-8])\s*["'<]/.exec(packet.toString('utf8'));
  return found === null ? undefined : Number(found[1]);
}

function setSize(
  text: string,
  { width, height }: { readonly width: number; readonly height: number },
): string {
  let edited = text;
  for (const name of ['tiff:ImageWidth', 'exif:PixelXDimension'])
    edited = setValue(edited, name, String(width));
  for (const name of ['tiff:ImageLength', 'exif:PixelYDimension'])
    edited = setValue(edited, name, String(height));
  return edited;
}

// Both forms of a simple property: attribute, and element.
function setValue(text: string, name: string, value: string): string {
  return text
    .replace(new RegExp(`(\\b${name}\\s*=\\s*["'])\\d{1,10}(?=["'])`, 'g'), `$1${value}`)
    .replace(new RegExp(`(<${name}>)\\d{1,10}(?=</)`, 'g'), `$1${value}`);
}

function removeGainMap(text: string): string {
  const isGainMap = (local: string, prefix: string) =>
    prefix === 'hdrgm' || prefix === 'HDRGainMap' || (prefix === 'Container' && local === 'Directory');
  return removeProperties(text, isGainMap);
}

type Chosen = RegExp | ((local: string, prefix: string) => boolean);

// Removes attributes and whole elements by name. Linear in the length of the text: an element that never ends is left.
function removeProperties(text: string, chosen: Chosen): string {
  const isChosen = (prefix: string, local: string) =>
    prefix !== 'xmlns' && (chosen instanceof RegExp ? chosen.test(local) : chosen(local, prefix));
  const bare = text.replace(
    /\s([A-Za-z_][\w.-]{0,99}):([\w.-]{1,99})\s?=\s?(?:"[^"<]*"|'[^'<]*')/g,
    (whole, prefix, local) => (isChosen(prefix, local) ? '' : whole),
  );
  const opening = /<([A-Za-z_][\w.-]{0,99}):([\w.-]{1,99})(?=[\s/>])/g;
  const kept: string[] = [];
  let from = 0;
  for (let match = opening.exec(bare); match !== null; match = opening.exec(bare)) {
    if (!isChosen(match[1] ?? '', match[2] ?? '')) continue;
    const end = elementEnd(bare, match.index, `${match[1]}:${match[2]}`);
    if (end === undefined) break;
    kept.push(bare.slice(from, match.index));
    from = end;
    opening.lastIndex = end;
  }
  kept.push(bare.slice(from));
  return kept.join('');
}

function elementEnd(text: string, start: number, name: string): number | undefined {
  const bracket = text.indexOf('>', start);
  if (bracket < 0) return undefined;
  if (text[bracket - 1] === '/') return bracket + 1;
  const closing = text.indexOf(`</${name}`, bracket);
  const end = closing < 0 ? -1 : text.indexOf('>', closing);
  return end < 0 ? undefined : end + 1;
}
