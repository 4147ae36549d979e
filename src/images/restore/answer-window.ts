import { resample } from '../../lanczos.ts';
import type { Size } from '../../providers/model.ts';
import { grown } from '../edges.ts';
import type { ImageFacts } from '../facts.ts';
import type { Raster } from '../raster.ts';
import type { Fit } from '../upload/place.ts';
import { sentEdges } from '../upload/sent-edges.ts';
import { type ResultShape, resultSize } from './shape.ts';

/** The size an answer has, or the ratio of it: that of what was sent, with the edges that were to be added. */
export function canvasOf(fit: Fit, source: Size, { edges }: ResultShape): Size {
  return edges === undefined ? fit : grown(fit, sentEdges(edges, source, fit));
}

/**
 * The most pixels an answer may have, above what services make that choose a size of their own. Enlarged ones may have
 * what the source may have, `maxPixels`.
 */
export function maxAnswerPixels(fit: Fit, source: Size, shape: ResultShape, maxPixels: number): number {
  const sent = area(canvasOf(fit, source, shape));
  if (shape.scale === 1) return Math.min(50e6, Math.max(4 * sent, 4e6));
  return Math.min(maxPixels, Math.max(20 * sent, area(resultSize(source, shape)), 20e6));
}

/**
 * What of an answer is the result, in the size of the result and the depth of the source, in one step: without padding.
 * The answer may be of another size than was sent.
 */
export function takeResult(answer: Raster, fit: Fit, facts: ImageFacts, shape: ResultShape): Raster {
  const { content } = fit;
  const { width, height } = canvasOf(fit, facts, shape);
  const sent = shape.edges ? sentEdges(shape.edges, facts, fit) : noEdges;
  const { left, right, top, bottom } = shape.edges ?? noEdges;
  const [across, down] = [answer.width / width, answer.height / height];
  const [pixelsAcross, pixelsDown] = [content.width / facts.width, content.height / facts.height];
  const window = {
    left: (sent.left + content.left - left * pixelsAcross) * across,
    top: (sent.top + content.top - top * pixelsDown) * down,
    width: (facts.width + left + right) * pixelsAcross * across,
    height: (facts.height + top + bottom) * pixelsDown * down,
  };
  return { ...answer, ...resample(answer, { ...resultSize(facts, shape), window, depth: facts.depth }) };
}

const noEdges = { left: 0, right: 0, top: 0, bottom: 0 };

function area({ width, height }: Size): number {
  return width * height;
}
