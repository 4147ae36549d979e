// The block structure of a GIF file (GIF89a specification): the decoder takes a cut file for a shorter animation.

/** `whole`: ends with its trailer; `no-trailer`: ends between two blocks; `cut`: ends within one. */
export type GifEnd = 'whole' | 'no-trailer' | 'cut';

/** Walks over the blocks of a GIF file without decoding them, up to its trailer. */
export function gifEnd(gif: Buffer): GifEnd {
  let at = 13 + colourTableBytes(gif[10] ?? 0);
  while (at < gif.length) {
    const block = gif[at];
    if (block === 0x3b) return 'whole';
    if (block !== 0x21 && block !== 0x2c) return 'no-trailer';
    const dataAt = block === 0x21 ? at + 2 : at + 11 + colourTableBytes(gif[at + 9] ?? 0);
    const end = subBlocksEnd(gif, dataAt);
    if (end === undefined) return 'cut';
    at = end;
  }
  return at === gif.length ? 'no-trailer' : 'cut';
}

function colourTableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

// Sub-blocks: a length byte and that many bytes, ended by a length of 0.
function subBlocksEnd(gif: Buffer, from: number): number | undefined {
  for (let at = from; at < gif.length; ) {
    const length = gif[at] ?? 0;
    at += 1 + length;
    if (length === 0) return at;
  }
  return undefined;
}
