import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../src/errors.ts';
import { builtInPresets } from '../../src/presets/built-in.ts';
import { fieldNames } from '../../src/presets/fields.ts';
import { mostShare, stepNames } from '../../src/presets/own-look.ts';
import { maxFileBytes, parsePresetFile } from '../../src/presets/parse.ts';
import type { Preset } from '../../src/presets/preset.ts';

const facts = { file: '/somewhere/warm.json', shown: 'warm.json', name: 'warm', named: false };
const food = builtInPresets.find(({ name }) => name === 'food')?.generative?.prompt;
const [auto, sharpen, upscale] = ['auto', 'sharpen', 'upscale'].map((one) =>
  builtInPresets.find(({ name }) => name === one),
);

function parse(fields: unknown): Preset {
  return parsePresetFile(Buffer.from(JSON.stringify(fields)), facts);
}

function refusal(act: () => unknown): CommandError {
  try {
    act();
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error('was taken');
}

describe('a preset file', () => {
  it('may begin with a byte order mark and hold lines', () => {
    const bytes = Buffer.from('\ufeff{"prompt": "one\\n\\ttwo"}');
    expect(parsePresetFile(bytes, facts).generative).toEqual({ prompt: 'one\n\ttwo' });
  });

  it('extends the prompt of its base', () => {
    expect(parse({ base: 'food', prompt: 'Warm light.', quality: 'max' })).toMatchObject({
      generative: { prompt: `${food}\nWarm light.`, quality: 'max' },
    });
  });

  it.each(['low', '2K', '0.5K'])('may ask for the quality %s', (quality) => {
    expect(parse({ prompt: 'x', quality }).generative?.quality).toBe(quality);
  });

  it('keeps quality and models of its base', () => {
    expect(parse({ base: 'draft', prompt: 'Warm.' }).generative).toMatchObject({
      quality: 'low',
      models: { openai: 'gpt-image-2.5-flare' },
    });
  });

  it('is done by local only where it says how far', () => {
    expect(parse({ base: 'auto', prompt: 'Warm.' }).local).toBeUndefined();
    expect(parse({ base: 'auto', prompt: 'Warm.', strength: 0.2 }).local).toEqual({
      ...auto?.local,
      strength: 0.2,
    });
  });

  it('is done by local alone where it has no prompt', () => {
    expect(parse({ strength: 0.2 })).toMatchObject({ local: { ...auto?.local, strength: 0.2 } });
    expect(parse({ strength: 0.2 }).generative).toBeUndefined();
    expect(parse({ base: 'sharpen', strength: 0.2 }).local).toEqual({ ...sharpen?.local, strength: 0.2 });
    expect(parse({ look: 'upscale' }).local).toEqual(upscale?.local);
  });

  it.each(
    builtInPresets.filter(({ local }) => local).map(({ name, local }) => [name, local] as const),
  )('takes over what local does for its base %s', (base, local) => {
    expect(parse({ base, strength: 0.3 }).local).toEqual({ ...local, strength: 0.3 });
  });

  it('lays its steps over those of its base', () => {
    const { local } = parse({ steps: { vibrance: 0, 'fill-light': 1.5, dehaze: 1, '//': 'no colour' } });
    const { vibrance: _, ...others } = auto?.local?.look ?? {};
    expect(local).toEqual({
      ...auto?.local,
      look: { ...others, 'fill-light': { ...others['fill-light'], share: 1.5 }, dehaze: { share: 1 } },
    });
    const softer = parse({ base: 'sharpen', steps: { sharpen: 0.5 } }).local?.look;
    expect(softer).toEqual({ sharpen: { share: 0.5, least: 0.4 } });
  });

  it('may take the steps of one preset and the words of another', () => {
    expect(parse({ base: 'food', look: 'sharpen', prompt: 'Warm.' })).toMatchObject({
      local: sharpen?.local,
      generative: { prompt: `${food}\nWarm.` },
    });
    expect(parse({ prompt: 'Warm.', steps: { exposure: 2 } }).local?.look.exposure?.share).toBe(2);
  });

  it.each(['a word', ['two', 'lines'], []])('may hold the remark %j', (words) => {
    expect(parse({ '//': words, prompt: 'x' })).toEqual(parse({ prompt: 'x' }));
  });

  it.each<[object, string, string | undefined]>([
    [{}, 'the field "prompt" is missing', expect.stringContaining('say what is to be done')],
    [{ base: 'food' }, 'the field "prompt" is missing', expect.anything()],
    [{ strength: 0.5, quality: 'low' }, 'the field "prompt" is missing', expect.anything()],
    [{ strength: 0.5, operation: 'restore' }, 'the field "prompt" is missing', expect.anything()],
    [{ strength: 0.5, prompts: { fal: 'x' } }, 'the field "prompt" is missing', expect.anything()],
    [{ prompt: '' }, 'the field "prompt" must be text of 1 to 32000 characters', undefined],
    [{ prompt: ' \n ' }, 'the field "prompt" must be', undefined],
    [{ prompt: null }, 'the field "prompt" must be', undefined],
    [{ prompt: ['x'] }, 'the field "prompt" must be', undefined],
    [{ prompt: 'x'.repeat(32_001) }, 'the field "prompt" must be', undefined],
    [{ prompt: 'a\u001bb' }, 'without control characters', undefined],
    [{ prompt: 'a\rb' }, 'without control characters', undefined],
    [{ prompt: 'a\u009bb' }, 'without control characters', undefined],
    [{ prompt: '\ud800' }, 'the field "prompt" must be', undefined],
    [{ prompt: 'x'.repeat(31_900), base: 'food' }, 'together with that of its base', 'shorten it'],
    [{ prompt: 'x', name: 'Warm' }, 'the field "name" must be', undefined],
    [{ prompt: 'x', name: '../x' }, 'the field "name" must be', undefined],
    [
      { prompt: 'x', name: 'auto' },
      'auto is the name of a built-in preset',
      'add a field "name" with another',
    ],
    [{ prompt: 'x', version: 0 }, 'the field "version" must be a whole number', undefined],
    [{ prompt: 'x', version: '1' }, 'the field "version" must be a whole number', undefined],
    [{ prompt: 'x', summary: 'two\nlines' }, 'the field "summary" must be one line', undefined],
    [{ prompt: 'x', summary: '\u202eabc' }, 'the field "summary" must be one line', undefined],
    [{ prompt: 'x', quality: 'HIGH!' }, 'the field "quality" must be a word', undefined],
    [{ prompt: 'x', strength: 2 }, 'the field "strength" must be a number from 0 to 1', undefined],
    [{ prompt: 'x', strength: 0.5 }, 'the field "strength" is for local', expect.stringContaining('auto')],
    [{ prompt: 'x', strength: 0.5, base: 'food' }, 'the field "strength" is for local', expect.anything()],
    [{ prompt: 'x', base: 'fodo' }, 'the field "base" must be a built-in preset', 'did you mean "food"?'],
    [{ prompt: 'x', operation: 'paint' }, 'the field "operation" must be one of enhance, upscale', undefined],
    [{ prompt: 'x', prompts: { stability: '' } }, 'the field "prompts" must be an object', undefined],
    [{ prompt: 'x', prompts: { 'A B': 'y' } }, '"A B" is no provider', expect.stringContaining('stability')],
    [{ prompt: 'x', prompts: { replicat: 'y' } }, '"replicat" is no provider', 'did you mean "replicate"?'],
    [{ prompt: 'x', prompts: { local: 'y' } }, '"local" takes no prompt', expect.anything()],
    [{ prompt: 'x', prompts: ['y'] }, 'the field "prompts" must be an object', undefined],
    [
      { prompt: 'x', base: 'vivid' },
      'the field "prompt" is for AI providers',
      expect.stringContaining('look'),
    ],
    [
      { steps: { vibrance: 1 }, base: 'food' },
      'the field "steps" is for local',
      expect.stringContaining('look'),
    ],
    [{ steps: { vibranc: 1 } }, 'there is no step "vibranc"', 'did you mean "vibrance"?'],
    [{ steps: { zebra: 1 } }, 'there is no step "zebra"', `the steps are: ${stepNames.join(', ')}`],
    [{ steps: { upscale: 1 } }, 'there is no step "upscale"', expect.anything()],
    [
      { steps: { exposure: 1, sharpen: 3 } },
      'the step "sharpen" must be a number from 0 to 2, not 3',
      expect.anything(),
    ],
    [
      { steps: { vibrance: -1 } },
      'the step "vibrance" must be a number from 0 to 2, not -1',
      expect.anything(),
    ],
    [{ steps: { vibrance: '1' } }, 'the step "vibrance" must be a number from 0 to 2', expect.anything()],
    [{ steps: { vibranc: 3 } }, 'there is no step "vibranc"', 'did you mean "vibrance"?'],
    [{ steps: { 'a\u001b': null } }, 'there is no step "a\\e"', expect.anything()],
    [{ steps: { '//': 3 } }, 'the field "steps" must be an object of steps', undefined],
    [{ steps: ['vibrance'] }, 'the field "steps" must be an object of steps', undefined],
    [{ steps: { sharpen: 0 }, look: 'sharpen' }, 'leaves local nothing to do', expect.anything()],
    [
      { look: 'sharpn' },
      'the field "look" must be a built-in preset that local does',
      'did you mean "sharpen"?',
    ],
    [{ look: 'food' }, 'the field "look" must be a built-in preset that local does', undefined],
    [{ prompt: 'x', '//': 1 }, 'the field "//" must be text or a list of texts', undefined],
    [{ prompt: 'x', '//': [1] }, 'the field "//" must be text or a list of texts', undefined],
    [{ promt: 'x' }, 'the field "promt" is unknown', 'did you mean "prompt"?'],
    [{ prompt: 'x', zebra: 1 }, 'the field "zebra" is unknown', `the fields are: ${fieldNames.join(', ')}`],
  ])('%j is refused', (fields, words, hint) => {
    const error = refusal(() => parse(fields));
    expect(error.exitCode).toBe(2);
    expect(error.message).toMatch(/^the preset file warm\.json: /);
    expect(error.message).toContain(words);
    expect(error.hint).toEqual(hint);
  });

  it('asks for the operation of its base, in its words by provider, unless it says so itself', () => {
    expect(parse({ prompt: 'x' }).generative).toEqual({ prompt: 'x' });
    expect(parse({ prompt: 'x', base: 'fill' }).generative).toMatchObject({
      operation: 'fill',
      prompt: expect.stringMatching(/^Paint the part [\s\S]*\nx$/),
      prompts: { fal: expect.stringMatching(/^The surroundings[^\n]*\nx$/) },
    });
    expect(parse({ prompt: 'x', base: 'fill', prompts: { fal: 'y' } }).generative?.prompts).toMatchObject({
      fal: 'y',
      stability: expect.stringMatching(/\nx$/),
    });
    const other = parse({ prompt: 'x', base: 'fill', operation: 'retouch' }).generative;
    expect(other?.operation).toBe('retouch');
    expect(other).not.toHaveProperty('prompts');
  });

  it('tolerates what its base does of drift, unless it says so itself', () => {
    const listing = parse({ prompt: 'x', base: 'listing' }).generative;
    expect(listing?.drift).toEqual({ structure: 0.3 });
    const own = parse({ prompt: 'x', base: 'listing', drift: { colour: 30 } }).generative;
    expect(own?.drift).toEqual({ structure: 0.3, colour: 30 });
    // That of a base is for what it does.
    const other = parse({ prompt: 'x', base: 'listing', operation: 'relight' }).generative;
    expect(other).not.toHaveProperty('drift');
    expect(refusal(() => parse({ drift: { colour: 30 } })).message).toContain('"prompt" is missing');
  });

  it.each([
    [{ structure: 1.1 }],
    [{ structure: '0.5' }],
    [{ color: 5 }],
    [{ mustChange: 1 }],
    [0.5],
  ])('does not take %j for drift', (drift) => {
    const { exitCode, message } = refusal(() => parse({ prompt: 'x', drift }));
    expect([exitCode, message]).toEqual([2, expect.stringContaining('the field "drift" must be an object')]);
  });

  it.each([
    ['provider', 'the provider', '--provider'],
    ['model', 'the model', '--model'],
    ['key', 'who pays', '--key'],
    ['API_Key', 'who pays', '--key'],
    ['base-url', 'where pictures are sent', '--base-url'],
    ['endpoint', 'where pictures are sent', '--base-url'],
    ['output', 'where results go', '-o'],
  ])('may not choose by the field %j', (field, what, flag) => {
    const error = refusal(() => parse({ prompt: 'x', [field]: 'y' }));
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain(`"${field}" is refused: a preset file does not choose ${what}`);
    expect(error.hint).toContain(flag);
  });

  it.each([
    ['nothing', '', 'not a JSON object'],
    ['half an object', '{"prompt": "x"', 'not a JSON object'],
    ['a list', '["prompt"]', 'not a JSON object'],
    ['null', 'null', 'not a JSON object'],
    ['a comment', '// x\n{"prompt": "x"}', 'not a JSON object'],
    ['a field of the language', '{"prompt": "x", "__proto__": {"base": "food"}}', '"__proto__" is unknown'],
    ['steering characters', '{"\u001b[2J": 1}', 'not a JSON object'],
    ['escaped steering characters', '{"\\u001b[2J": 1}', 'the field "\\e[2J" is unknown'],
    ['a deep nest', '['.repeat(30_000), 'not a JSON object'],
  ])('refuses %s', (_, text, words) => {
    expect(refusal(() => parsePresetFile(Buffer.from(text), facts)).message).toContain(words);
  });

  it('refuses what is not UTF-8, and what is too large', () => {
    const latin = Buffer.from('{"prompt": "caf\u00e9"}', 'latin1');
    expect(refusal(() => parsePresetFile(latin, facts)).message).toContain('not UTF-8 text');
    const padded = (bytes: number) => Buffer.from('{"prompt": "x"}'.padEnd(bytes));
    expect(parsePresetFile(padded(maxFileBytes), facts).name).toBe('warm');
    const large = refusal(() => parsePresetFile(padded(maxFileBytes + 1), facts));
    expect(large.message).toContain('larger than 64 KiB');
  });
});

describe('any preset file', () => {
  // Fields as people and strangers write them: known names with right and wrong values, and others.
  const value = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('food', 'auto', 'draft', 'high', 0.5, 1, 'warm'),
    fc.dictionary(fc.constantFrom<string>(...stepNames, '//', '__proto__'), fc.double({ min: 0, max: 2 })),
  );
  const field = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom<string>(...fieldNames) },
    fc.constantFrom('provider', 'key', 'url', 'out', '__proto__', 'constructor', 'toString'),
    fc.string({ unit: 'binary' }),
  );
  const text = fc.oneof(
    fc.dictionary(field, value, { maxKeys: 4 }).map((fields) => JSON.stringify(fields)),
    fc.dictionary(field, value, { maxKeys: 3 }).map((fields) => JSON.stringify({ ...fields, prompt: 'x' })),
    fc.json(),
  );
  const bytes = fc.oneof(
    text.map((json) => Buffer.from(json)),
    fc.uint8Array({ maxLength: 300 }),
  );

  it('is a sound preset or a CommandError 2 of one printable line', () => {
    let taken = 0;
    fc.assert(
      fc.property(bytes, fc.string({ unit: 'binary' }), fc.boolean(), (content, name, named) => {
        try {
          const preset = parsePresetFile(content, { file: '/x.json', shown: name, name: 'warm', named });
          taken++;
          expect(preset.name).toMatch(/^[a-z0-9][a-z0-9-]{0,63}$/);
          expect(builtInPresets.map((other) => other.name)).not.toContain(preset.name);
          expect(preset.generative ?? preset.local).toBeDefined();
          expect(preset.generative?.prompt.trim()).not.toBe('');
          for (const [step, { share }] of Object.entries(preset.local?.look ?? {})) {
            expect(stepNames).toContain(step);
            expect(share).toBeGreaterThanOrEqual(0);
            expect(share).toBeLessThanOrEqual(mostShare);
          }
        } catch (error) {
          if (!(error instanceof CommandError)) throw error;
          expect(error.exitCode).toBe(2);
          expect(`${error.message}${error.hint ?? ''}`).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
        }
      }),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(20);
  });
});
