import { describe, expect, it } from 'vitest';
import { counted, printable } from '../src/text.ts';

describe('printable', () => {
  it.each([
    ['plain name.jpg', 'plain name.jpg'],
    ['日本語 ünï.png', '日本語 ünï.png'],
    ['new\nline', 'new\\nline'],
    ['esc\u001b[31mred', 'esc\\e[31mred'],
    ['cr\rname', 'cr\\rname'],
    ['del\u007f', 'del\\x7f'],
    ['rtl\u202egpj', 'rtl\\u{202e}gpj'],
    ['zero\u200bwidth', 'zero\\u{200b}width'],
    ['c1\u009b31m', 'c1\\x9b31m'],
    ['lone\ud800', 'lone\\u{d800}'],
  ])('%j', (name, shown) => expect(printable(name)).toBe(shown));
});

describe('counted', () => {
  it('takes the plural where it is not one', () => {
    expect(counted(1, 'picture')).toBe('1 picture');
    expect(counted(1200, 'picture')).toBe('1,200 pictures');
  });
});
