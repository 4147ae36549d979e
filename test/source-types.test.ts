import { describe, expect, it } from 'vitest';
import { sourceTypeUri, tellsMore } from '../src/source-types.ts';

const uri = 'http://cv.iptc.org/newscodes/digitalsourcetype/';
const here = sourceTypeUri('algorithmicallyEnhanced');
const composite = sourceTypeUri('composite');
const edited = sourceTypeUri('compositeWithTrainedAlgorithmicMedia');

describe('tellsMore', () => {
  it.each([
    // what is there, and whether each of ours takes its place
    ['', true, true, true],
    [`${uri}digitalCapture`, true, true, true],
    [`${uri}negativeFilm`, true, true, true],
    [`${uri}humanEdits`, true, true, true],
    [`${uri}minorHumanEdits`, true, true, true],
    [`${uri}algorithmicallyEnhanced`, false, true, true],
    [`${uri}digitalCreation`, false, false, true],
    [`${uri}screenCapture`, false, false, true],
    [`${uri}algorithmicMedia`, false, false, true],
    [`${uri}compositeCapture`, false, false, true],
    [`${uri}compositeWithTrainedAlgorithmicMedia`, false, false, false],
    [`${uri}compositeSynthetic`, false, false, false],
    [`${uri}trainedAlgorithmicMedia`, false, false, false],
    ['http://c2pa.org/digitalsourcetype/trainedAlgorithmicData', false, false, false],
    ['https://cv.iptc.org/newscodes/digitalsourcetype/TrainedAlgorithmicMedia/ ', false, false, false],
    ['digsrctype:trainedAlgorithmicMedia', false, false, false],
    ['trainedAlgorithmicMedia', false, false, false],
    ['https://example.com/terms#painted', false, false, true],
    // Names of an object's own members are no terms.
    ['constructor', false, false, true],
  ])('%s', (theirs, byHere, byComposite, byEdit) => {
    expect([here, composite, edited].map((ours) => tellsMore(ours, theirs))).toEqual([
      byHere,
      byComposite,
      byEdit,
    ]);
  });
});
