// Answers with large pictures: read in slices, and held to the same as small ones.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type AnswerContent, readImagesAnswer, readUsage } from '../../src/providers/answer.ts';
import { usage } from './edits.ts';

const large = randomBytes(300_001);
const encoded = large.toString('base64');
const long = 'x'.repeat(100_000);

/** Turns of the event loop that others had before `work` ended. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let next = setImmediate(function count() {
    turns += 1;
    next = setImmediate(count);
  });
  await work();
  clearImmediate(next);
  return turns;
}

const read = (text: string | Buffer) => readImagesAnswer(Buffer.from(text));
const withPicture = (b64: string) => `{"created": 1, "data": [{"b64_json": "${b64}"}]}`;

describe('a large answer', () => {
  it('leaves turns of the event loop to others, one slice after the other', async () => {
    const bytes = randomBytes(24 * 2 ** 20);
    const body = Buffer.from(JSON.stringify({ data: [{ b64_json: bytes.toString('base64') }], usage }));
    let content: AnswerContent | undefined;
    const turns = await turnsDuring(async () => {
      content = await readImagesAnswer(body);
    });
    expect(content?.kind === 'bytes' && content.bytes.equals(bytes)).toBe(true);
    // 32 MiB in slices of 1 MiB, looked at and decoded.
    expect(turns).toBeGreaterThanOrEqual(60);
  });

  it.each([
    ['garbage', (text: string) => text.replace(/A/, '*&%$')],
    ['truncated', (text: string) => text.slice(0, -4)],
  ])('that is %s is also read in slices', async (_name, spoil) => {
    const base64 = randomBytes(6 * 2 ** 20).toString('base64');
    const body = Buffer.from(withPicture(spoil(base64)));
    expect(await turnsDuring(() => readImagesAnswer(body))).toBeGreaterThan(0);
  });

  it('is read beside its usage, in any order, and however it is spaced', async () => {
    const text = `{ "usage" : ${JSON.stringify(usage)} ,\n "data": [ {"revised_prompt":"say \\"${long}\\"","b64_json"\n: "${encoded}"}, {} ]}`;
    const content = await read(text);
    expect(content).toMatchObject({ kind: 'bytes', usage: { outputTokens: usage.output_tokens } });
    expect(content.kind === 'bytes' && content.bytes.equals(large)).toBe(true);
  });

  it.each([
    ['its slashes escaped', withPicture(encoded.replaceAll('/', '\\/'))],
    ['digits escaped', withPicture(`\\u00${encoded.charCodeAt(0).toString(16)}${encoded.slice(1)}`)],
    [
      'a picture before it under the same name',
      withPicture(`${'A'.repeat(100_000)}","b64_json":"${encoded}`),
    ],
    ['a long text beside it', `{"note":"${long} \u00e9\\n","data":[{"b64_json":"${encoded}"}]}`],
    ['a long name beside it', `{"${long}":1,"data":[{"b64_json":"${encoded}"}]}`],
    [
      'more frame than a picture has',
      `{"list":[${'"a",'.repeat(90_000)}1],"data":[{"b64_json":"${encoded}"}]}`,
    ],
    ['a data URL in its place', withPicture(`data:image/png;base64,${encoded}`)],
    ['an address that is one', `{"data":[{"url":"DATA:image/webp;base64,${encoded}"}]}`],
  ])('with %s is read', async (_what, text) => {
    const content = await read(text);
    expect(content.kind === 'bytes' && content.bytes.equals(large)).toBe(true);
  });

  it.each([
    ['a line break in the picture', withPicture(`${encoded.slice(0, 9)}\n${encoded.slice(10)}`), 'not JSON'],
    ['a letter that is none', withPicture(`${encoded.slice(0, 9)}\u00e9${encoded.slice(10)}`), 'damaged'],
    ['an escaped line break', withPicture(`${encoded.slice(0, 9)}\\n${encoded.slice(11)}`), 'damaged'],
    ['digits of another alphabet', withPicture(`-_${encoded.slice(2)}`), 'damaged'],
    ['a space at its end', withPicture(`${encoded.slice(0, -1)} `), 'damaged'],
    ['padding in its middle', withPicture(`QQ==${encoded}`), 'damaged'],
    ['three signs of padding', withPicture(`${encoded.slice(0, -3)}===`), 'damaged'],
    ['a digit missing', withPicture(encoded.slice(0, -1)), 'damaged'],
    ['no end', withPicture(encoded).slice(0, -20_000), 'not JSON'],
    ['no closing bracket', withPicture(encoded).slice(0, -1), 'not JSON'],
    ['something behind it', `${withPicture(encoded)}"`, 'not JSON'],
    ['two strings side by side', withPicture(`${encoded}""${encoded}`), 'not JSON'],
    [
      'a control character in a long text',
      `{"note":"${long}\t","data":[{"b64_json":"${encoded}"}]}`,
      'not JSON',
    ],
    ['nothing but spaces', ' '.repeat(100_000), 'nothing'],
    ['a web page', `<html title="${long}">`, 'web page'],
    ['text', `"${long}"`, 'without a picture'],
    ['no picture', `{"note":"${long}","data":[]}`, 'without a picture'],
  ])('with %s is useless', async (_what, text, why) => {
    expect(await read(text)).toEqual({ kind: 'useless', why: expect.stringContaining(why) });
  });

  it('with a long address is left to who fetches it', async () => {
    const url = `https://pictures.example/${long}`;
    expect(await read(JSON.stringify({ data: [{ url }] }))).toMatchObject({ kind: 'url', url });
  });
});

describe('what an answer counts', () => {
  it.each([
    [10_000_000, 10_000_000, true],
    [10_000_001, 5, false],
    [5, 1e12, false],
    [9_007_199_254_740_990, 9_007_199_254_740_990, false],
    [5, -1, false],
    [5, 0.5, false],
  ])('%d and %d tokens are believed: %s', (input, output, believed) => {
    expect(readUsage({ input_tokens: input, output_tokens: output }) !== undefined).toBe(believed);
  });
});
