import { describe, expect, it } from 'vitest';
import { layOut } from '../../src/commands/lay-out.ts';

describe('layOut', () => {
  it('fills paragraphs, whatever their lines were', () => {
    expect(layOut('one two\nthree four five six\n\nseven', 14)).toBe('one two three\nfour five six\n\nseven');
  });

  it('puts explanations beside their commands where there is room', () => {
    expect(layOut('Examples:\n  run  short\n  run --long  short too\n  bare', 40)).toBe(
      'Examples:\n  run         short\n  run --long  short too\n  bare',
    );
  });

  it('puts an explanation below where there is none, and lets the others stand', () => {
    expect(layOut('  run  says a thing\n  run --with --many --options  and another', 30)).toBe(
      '  run  says a thing\n  run --with --many --options\n      and another',
    );
  });

  it('never breaks a command', () => {
    const command = '  imgsys enhance photos -o enhanced --contact-sheet page.html';
    expect(layOut(`${command}  a page`, 40)).toBe(`${command}\n      a page`);
  });
});
