import { describe, expect, it } from 'vitest';
import { planLines, type ShownPlan } from '../../src/report/plan-lines.ts';

const plan: ShownPlan = {
  plan: [
    { name: 'exposure', text: 'exposure +0.55 EV', why: 'brightest parts 199 of 255, median luma 56 of 255' },
    { name: 'vibrance', text: 'vibrance +0.2', why: 'mean saturation 12 %' },
  ],
  skipped: [{ name: 'fill-light', why: '14 % is black: night or a dark ground' }],
  planText: 'exposure +0.55 EV, vibrance +0.2',
};

describe('the plan of a picture in lines', () => {
  it('has one line a step, aligned, and what was left out', () => {
    expect(planLines('a.jpg', plan, Number.POSITIVE_INFINITY)).toEqual([
      'a.jpg',
      '  exposure +0.55 EV     brightest parts 199 of 255, median luma 56 of 255',
      '  vibrance +0.2         mean saturation 12 %',
      '  left out: fill light  14 % is black: night or a dark ground',
    ]);
  });

  it('breaks reasons in their column on a narrow screen', () => {
    expect(planLines('a.jpg', plan, 60)).toEqual([
      'a.jpg',
      '  exposure +0.55 EV     brightest parts 199 of 255, median',
      '                        luma 56 of 255',
      '  vibrance +0.2         mean saturation 12 %',
      '  left out: fill light  14 % is black: night or a dark',
      '                        ground',
    ]);
  });

  it('puts reasons under their steps where there is no room beside them', () => {
    expect(planLines('a.jpg', plan, 40).slice(0, 5)).toEqual([
      'a.jpg',
      '  exposure +0.55 EV',
      '    brightest parts 199 of 255, median',
      '    luma 56 of 255',
      '  vibrance +0.2',
    ]);
  });

  it.each([72, 60, 53, 40])('stays within %i cells', (columns) => {
    for (const line of planLines('a.jpg', plan, columns)) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it('says so where there is nothing to do, and why', () => {
    const nothing = {
      plan: [],
      skipped: [{ name: 'sharpen', why: 'edges are crisp' }],
      planText: 'nothing to do',
    };
    expect(planLines('a.jpg', nothing, 72)).toEqual([
      'a.jpg: nothing to do',
      '  left out: sharpen  edges are crisp',
    ]);
  });

  it('keeps to one line for what a service is asked', () => {
    const ask = { plan: [{ name: 'ask' }], skipped: [], planText: 'gpt-image-2 at quality low, about $0.01' };
    expect(planLines('a.jpg', ask, 40)).toEqual(['a.jpg: gpt-image-2 at quality low, about $0.01']);
  });
});
