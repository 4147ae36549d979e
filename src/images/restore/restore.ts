import { decode } from '../decode.ts';
import { compare, compareCutOut } from '../drift/compare.ts';
import type { Drift, DriftTolerance } from '../drift/drift.ts';
import { inWords } from '../drift/judge.ts';
import { type Small, shrink, smallSize } from '../drift/small.ts';
import { smallSource } from '../drift/small-source.ts';
import { type EncodeOptions, encode } from '../encode.ts';
import type { DecodeLimits, ImageFacts, ImageWarning } from '../facts.ts';
import { flatten, isTransparent } from '../fit.ts';
import { lossesOf } from '../losses.ts';
import { readHeader } from '../open.ts';
import { ownProfile } from '../own-profile.ts';
import type { Raster } from '../raster.ts';
import { svgText } from '../svg.ts';
import type { Fit } from '../upload/fit-size.ts';
import { toOpaqueSrgb } from '../upload/prepare.ts';
import { type Alpha, channelOf, takeAlpha, withAlpha } from './alpha.ts';
import { canvasOf, maxAnswerPixels, takeResult } from './answer-window.ts';
import { putBehind } from './backdrop.ts';
import { keepOwn, putBack } from './blend.ts';
import { cutOut } from './cut-out.ts';
import { readKnown } from './known-file.ts';
import { maskWeights } from './mask-weights.ts';
import { inOwnColours, ownPixels } from './own-colours.ts';
import { isPlain } from './plain.ts';
import { readAnswer } from './read-answer.ts';
import { type ResultShape, takesSource } from './shape.ts';
import { unusable } from './unusable.ts';

export interface RestoreOptions {
  /** Where the picture lay in what was sent. */
  readonly fit: Fit;
  readonly limits: DecodeLimits;
  readonly encode: EncodeOptions;
  /** What the result is to be. */
  readonly shape: ResultShape;
  /** How far it may move from the source; not compared without. */
  readonly tolerance?: DriftTolerance;
}

export interface Restored {
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
  /** Pixels of the answer. */
  readonly answer: { readonly width: number; readonly height: number };
  readonly warnings: readonly ImageWarning[];
  /** How far it has moved from the source. */
  readonly drift?: Drift;
}

/**
 * Makes a service's answer the source's picture again: without the padding, in the size that its shape names, in the
 * source's depth, alpha, colours and metadata, with the source's own pixels where nothing was to change. Throws ItemError
 * `answer-unusable`, `mask-unusable`, `background-unusable`.
 */
export async function restoreAnswer(
  source: { readonly bytes: Buffer; readonly facts: ImageFacts },
  answerBytes: Buffer,
  { fit, limits, encode: wish, shape, tolerance }: RestoreOptions,
): Promise<Restored> {
  const { bytes, facts } = source;
  const header = await readHeader(facts.format === 'svg' ? svgText(bytes) : bytes);
  // Before the answer takes its share of the memory.
  const before = tolerance && (await smallSource(source, limits));
  const icc = ownProfile(facts, header);
  const expected = {
    canvas: canvasOf(fit, facts, shape),
    maxPixels: maxAnswerPixels(fit, facts, shape, limits.maxPixels),
  };
  const answer = await readAnswer(answerBytes, expected);
  const warnings = lossesOf(bytes, facts, header);
  const needsOriginal = facts.alpha || takesSource(shape);
  const original = needsOriginal ? (await decode(bytes, facts, limits)).raster : undefined;
  if (isPlain(answer)) {
    // Compared with what was sent: colours that sRGB does not tell apart are one there.
    const decoded = original ?? (await decode(bytes, facts, limits)).raster;
    if (!isPlain(await toOpaqueSrgb(decoded, source)))
      throw unusable('the answer is one plain colour', 'blank');
  }
  const bringsOwn = shape.alpha === 'answer';
  const scaled = takeResult(bringsOwn ? answer : settleAlpha(answer, warnings), fit, facts, shape);
  if (bringsOwn && !isTransparent(scaled)) {
    warnings.push({ code: 'nothing-transparent', message: 'the service has made nothing transparent' });
  }
  const alpha = takeAlpha(scaled, original, shape);
  const after = before && takeSmall(scaled, facts, shape);
  const staysGrey = shape.colours === 'source';
  const made = await inOwnColours(scaled, facts, icc, { staysGrey, warnings });
  let mayChange: Uint8Array | undefined;
  if (original !== undefined && takesSource(shape)) {
    const own = await ownPixels(original, made, icc);
    mayChange = await putOwnBack(made.raster, own, channelOf(scaled), { fit, limits, shape });
  }
  const drift =
    before && after && tolerance && driftOf(before, after, { tolerance, shape, mayChange, result: scaled });
  if (drift && tolerance && drift.reasons.length > 0) {
    warnings.push({ code: 'drift', message: inWords(drift, tolerance) });
  }
  const parts = { icc, limits };
  const coloured = shape.background ? await putBehind(made, alpha, shape.background, parts) : made;
  const raster = withAlpha(coloured.raster, shape.background ? undefined : alpha);
  const encoded = await encode(raster, { bytes, facts, isSrgb: coloured.isSrgb }, wish);
  const { width, height } = raster;
  return {
    bytes: encoded.bytes,
    ...{ width, height, answer: { width: answer.width, height: answer.height } },
    warnings: [...warnings, ...encoded.warnings],
    ...(drift && { drift }),
  };
}

// What the service made of the picture itself, before any of its own pixels are put back.
function takeSmall(scaled: Raster, facts: ImageFacts, { edges, scale }: ResultShape): Small {
  const size = smallSize(facts);
  if (edges === undefined) return shrink(scaled, size);
  const { width, height } = facts;
  return shrink(scaled, size, {
    ...{ left: edges.left * scale, top: edges.top * scale },
    ...{ width: width * scale, height: height * scale },
  });
}

interface Comparing {
  readonly tolerance: DriftTolerance;
  readonly shape: ResultShape;
  readonly mayChange: Uint8Array | undefined;
  readonly result: Raster;
}

function driftOf(before: Small, after: Small, { tolerance, shape, mayChange, result }: Comparing): Drift {
  if (shape.colours === 'source') return compareCutOut(before, after, tolerance);
  const mask = mayChange && shrinkPlane(mayChange, result, before);
  return compare(before, after, tolerance, mask);
}

// 0 to 1 in the small size.
function shrinkPlane(data: Uint8Array, { width, height }: Raster, small: Small): Float32Array {
  const { rgb } = shrink({ data, width, height, pages: 1, channels: 1, depth: 8 }, small);
  return Float32Array.from({ length: rgb.length / 3 }, (_, pixel) => (rgb[pixel * 3] as number) / 255);
}

// Puts the source's own pixels into what was made, in place, where nothing was to change. What may change by a mask, 255
// of each pixel, is the answer.
async function putOwnBack(
  made: Raster,
  own: Raster,
  alpha: Alpha | undefined,
  { fit, limits, shape }: Pick<RestoreOptions, 'fit' | 'limits' | 'shape'>,
): Promise<Uint8Array | undefined> {
  // A pixel of what was sent is blurred over as many of the source's.
  const feather = Math.max(4, Math.min(32, Math.round((4 * own.width) / fit.content.width)));
  const { edges, keepOutside, colours } = shape;
  if (colours === 'source' && alpha !== undefined) cutOut(made, own, alpha);
  if (colours === 'source' && alpha === undefined) keepOwn(made, own, new Uint8Array(own.width * own.height));
  if (edges !== undefined) putBack(made, own, edges, feather);
  if (keepOutside === undefined) return undefined;
  return readKnown(keepOutside, 'mask', async (mask) => {
    const weights = await maskWeights(mask, own, feather, limits);
    keepOwn(made, own, weights);
    return weights;
  });
}

// Nothing was to become transparent.
function settleAlpha(answer: Raster, warnings: ImageWarning[]): Raster {
  if (answer.channels === 3) return answer;
  warnings.push({
    code: 'answer-alpha-dropped',
    message: 'the service has made parts of it transparent: they are put on white',
  });
  return flatten(answer);
}
