import { ItemError } from '../errors.ts';
import { printable } from '../text.ts';

/**
 * The picture's error for what a decoder threw: `damaged` with the one line that says why, without the decoder's
 * prefixes, repetitions and internal chains. What is known to mean something else gets its own reason.
 */
export function damaged(error: unknown): ItemError {
  const text = error instanceof Error ? error.message : String(error);
  if (/timeout: \d+% complete/.test(text)) {
    return new ItemError('time-out', 'takes too long to draw', { cause: error });
  }
  if (/built in: HEVC|method is not configured|compression support is not/i.test(text)) {
    return new ItemError('unsupported-format', `its compression cannot be read (${reasonIn(text)})`, {
      hint: 'convert it with another program to JPEG, PNG or TIFF first',
      cause: error,
    });
  }
  return damagedBecause(reasonIn(text), error);
}

/** `damaged`, for a reason already in words. */
export function damagedBecause(reason: string, cause?: unknown): ItemError {
  const hint = 'open it in another program and save it again, or restore it from a backup';
  return new ItemError('damaged', `is damaged: ${reason}`, cause === undefined ? { hint } : { hint, cause });
}

const plainWords: readonly [RegExp, string][] = [
  [
    /premature end|end of file|outside of file|unexpected end|EOF|not enough data|truncat|bad seek|Seek error/i,
    'the file ends too early',
  ],
  [/compression method is not configured/i, 'old-style JPEG in TIFF'],
  [/XML parse error/i, 'its XML is not valid'],
  [/no image/i, 'it contains no picture'],
  [/libpng read error|libspng|bad (CRC|adler)/i, 'its PNG data is broken'],
  [/unable to parse image/i, 'its WebP header is broken'],
  [/unable to (read|decode) (pixels|frame|image)|unable to loop/i, 'its WebP data is broken'],
  [/unsupported image format/i, 'its header is broken'],
  [/Security limit exceeded/i, "it exceeds the decoder's safety limits"],
  [/page \d+ differs from page 0/i, 'its pages differ in size'],
  [/IFD|TIFF directory/i, 'its TIFF directory is broken'],
];

// Lines that say nothing of the cause: error numbers alone, seeks, unknown tags, links of the decoder's own chain.
const noise = [
  /^\s*(\(\d+\.\d+\))?\s*$/,
  /bad seek to|set_get_field_type|Unknown pseudo-tag/,
  /unable to write to target|unable to call|vips2\w+:/,
  /\.\.\.$/,
];

// The last line that says something, in our words where they are known.
function reasonIn(text: string): string {
  const lines = text.split('\n').filter((line) => !noise.some((pattern) => pattern.test(line)));
  const last = lines.at(-1) ?? '';
  const known = plainWords.find(([pattern]) => pattern.test(last));
  if (known !== undefined) return known[1];
  const bare = last
    .replace(/^.*corrupt header:\s*/i, '')
    .replace(
      /^((\w+2vips|\w*load(_source|_buffer)?|Vips\w+|vips\w*|heif|webp|glib|tiff|gif|source input): )+/,
      '',
    )
    .replace(/^(Invalid input|Unsupported feature|Decoder plugin generated an error|Unspecified): /g, '')
    .replace(/\s*\(\d+\.\d+\)\s*$/, '')
    .replace(/\.+\s*$/, '')
    .trim();
  const line = printable(bare).slice(0, 120);
  return line === ''
    ? 'its header is broken'
    : /^[A-Z][a-z]/.test(line)
      ? line[0]?.toLowerCase() + line.slice(1)
      : line;
}
