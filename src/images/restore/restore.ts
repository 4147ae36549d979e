import { resample } from '../../lanczos.ts';
import { decode } from '../decode.ts';
import { type EncodeOptions, encode } from '../encode.ts';
import type { DecodeLimits, ImageFacts, ImageWarning } from '../facts.ts';
import { flatten, isTransparent } from '../fit.ts';
import { lossesOf } from '../losses.ts';
import { readHeader } from '../open.ts';
import { convertFromSrgb, ownProfile } from '../own-profile.ts';
import type { Raster } from '../raster.ts';
import { svgText } from '../svg.ts';
import type { Fit } from '../upload/fit-size.ts';
import { toOpaqueSrgb } from '../upload/prepare.ts';
import { takeAlpha, withAlpha } from './alpha.ts';
import { toGreyIfGrey } from './grey.ts';
import { isPlain } from './plain.ts';
import { readAnswer } from './read-answer.ts';
import { unusable } from './unusable.ts';

export interface RestoreOptions {
  /** Where the picture lay in what was sent. */
  readonly fit: Fit;
  readonly limits: DecodeLimits;
  readonly encode: EncodeOptions;
  /** Whether the answer's own alpha is the result: its background was to be removed. */
  readonly transparent: boolean;
}

export interface Restored {
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
  /** Pixels of the answer. */
  readonly answer: { readonly width: number; readonly height: number };
  readonly warnings: readonly ImageWarning[];
}

/**
 * Makes a service's answer the source's picture again: without the padding, in the source's size, depth, alpha, colours
 * and metadata. Throws ItemError `answer-unusable`.
 */
export async function restoreAnswer(
  source: { readonly bytes: Buffer; readonly facts: ImageFacts },
  answerBytes: Buffer,
  { fit, limits, encode: wish, transparent }: RestoreOptions,
): Promise<Restored> {
  const { bytes, facts } = source;
  const header = await readHeader(facts.format === 'svg' ? svgText(bytes) : bytes);
  const answer = await readAnswer(answerBytes, fit);
  const warnings = lossesOf(bytes, facts, header);
  const original = facts.alpha ? (await decode(bytes, facts, limits)).raster : undefined;
  if (isPlain(answer)) {
    // Compared with what was sent: colours that sRGB does not tell apart are one there.
    const decoded = original ?? (await decode(bytes, facts, limits)).raster;
    if (!isPlain(await toOpaqueSrgb(decoded, source))) throw unusable('the answer is one plain colour');
  }
  const scaled = unpad(transparent ? answer : settleAlpha(answer, warnings), fit, facts);
  const alpha = takeAlpha(scaled, original);
  if (transparent && !isTransparent(scaled)) {
    warnings.push({ code: 'nothing-transparent', message: 'the service has made nothing transparent' });
  }
  const coloured = await inOwnColours(toThree(scaled), source, ownProfile(facts, header), warnings);
  const raster = withAlpha(coloured.raster, alpha);
  const encoded = await encode(raster, { bytes, facts, isSrgb: coloured.isSrgb }, wish);
  const { width, height } = raster;
  return {
    bytes: encoded.bytes,
    ...{ width, height, answer: { width: answer.width, height: answer.height } },
    warnings: [...warnings, ...encoded.warnings],
  };
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

// The content alone, in the size and depth of the source, in one step. The answer may be of another size than was sent.
function unpad(answer: Raster, { width, height, content }: Fit, facts: ImageFacts): Raster {
  const [across, down] = [answer.width / width, answer.height / height];
  const window = {
    left: content.left * across,
    top: content.top * down,
    width: content.width * across,
    height: content.height * down,
  };
  const { depth } = facts;
  return { ...answer, ...resample(answer, { width: facts.width, height: facts.height, window, depth }) };
}

function toThree(raster: Raster): Raster {
  if (raster.channels === 3) return raster;
  const { data } = raster;
  const pixels = data.length / 4;
  const rgb = raster.depth === 8 ? new Uint8Array(pixels * 3) : new Uint16Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let c = 0; c < 3; c++) rgb[pixel * 3 + c] = data[pixel * 4 + c] as number;
  }
  return { ...raster, data: rgb, channels: 3 };
}

// In the source's own profile. What was grey stays grey, unless the service has given it colours.
async function inOwnColours(
  raster: Raster,
  { facts }: { readonly facts: ImageFacts },
  icc: Buffer | undefined,
  warnings: ImageWarning[],
): Promise<{ raster: Raster; isSrgb: boolean }> {
  const fitting = facts.space === 'grey' ? toGreyIfGrey(raster) : raster;
  if (facts.space === 'grey' && fitting.channels === 3) {
    warnings.push({ code: 'colour-added', message: 'was grey and has colours now' });
    return { raster: fitting, isSrgb: true };
  }
  const converted = icc && (await convertFromSrgb(fitting, icc));
  if (icc && converted === undefined) {
    const message = 'its colour profile can only be read: the result is in sRGB';
    warnings.push({ code: 'converted-to-srgb', message });
    return { raster: fitting, isSrgb: true };
  }
  return { raster: converted ?? fitting, isSrgb: false };
}
