// A preset in words and as JSON.
import { toleranceFor } from '../../presets/drift-tolerances.ts';
import type { GenerativeAction, LocalAction, Preset } from '../../presets/preset.ts';
import type { StepWish } from '../../providers/local/look.ts';
import { printable } from '../../text.ts';

/** One line each, in columns. */
export function asLines(presets: readonly Preset[]): string[] {
  const width = Math.max(...presets.map(({ name }) => name.length)) + 2;
  return presets.map(
    (preset) =>
      `${preset.name.padEnd(width)}${doneBy(preset).join(', ').padEnd(11)}${printable(preset.summary)}`,
  );
}

/** Everything about one preset, the prompt last. */
export function asPage(preset: Preset): string {
  const { name, description, version, file, local, generative } = preset;
  const facts: (readonly [key: string, value: string])[] = [['version', String(version)]];
  if (file !== undefined) facts.push(['file', printable(file)]);
  const [first, ...more] = local === undefined ? ['cannot do it'] : localFacts(local);
  facts.push(['local', first], ...more.map((line) => ['', line] as const));
  facts.push(['ai', generative === undefined ? 'not asked for it' : generativeFacts(generative)]);
  if (generative !== undefined) facts.push(['drift', driftFacts(generative)]);
  const lines = [
    `${name}: ${printable(description)}`,
    ...facts.map(([key, value]) => `  ${key.padEnd(9)}${value}`),
  ];
  if (generative !== undefined) lines.push('', 'What AI providers are asked:', ...quoted(generative.prompt));
  const byWords = Map.groupBy(Object.entries(generative?.prompts ?? {}), ([, words]) => words);
  for (const [words, ids] of byWords) {
    lines.push(
      '',
      `What ${ids.map(([id]) => id).join(', ')} ${ids.length > 1 ? 'are' : 'is'} asked:`,
      ...quoted(words),
    );
  }
  return lines.join('\n');
}

/** One JSON Lines object. */
export function asJson(preset: Preset): string {
  return JSON.stringify({ type: 'preset', doneBy: doneBy(preset), ...preset });
}

function doneBy({ local, generative }: Preset): ('local' | 'ai')[] {
  return [...(local ? ['local' as const] : []), ...(generative ? ['ai' as const] : [])];
}

function localFacts({ look, strength, sizes, expands }: LocalAction): [string, ...string[]] {
  const size = `${sizes[0]}${sizes.length > 1 ? ` (--size ${sizes.join('|')})` : ''}`;
  const wishes = Object.entries(look);
  const width = Math.max(0, ...wishes.map(([name]) => name.length)) + 2;
  return [
    `strength ${strength} (--strength 0..1), size ${size}`,
    wishes.length > 0 ? shareLine : expands ? mirrors : 'enlarges; light and colours stay',
    ...wishes.map(([name, wish]) => `  ${name.padEnd(width)}${wishFacts(wish)}`),
  ];
}

const mirrors = 'mirrors what is at the edges into what is added there, softly; the picture stays';
const shareLine = 'mends by step, as a share of what is measured to be wrong:';

function wishFacts({ share, least, trigger }: StepWish): string {
  const facts = [String(share)];
  if (least !== undefined) facts.push(`at least ${least}`);
  if (trigger !== undefined) facts.push(`from ${trigger} of the usual threshold`);
  return facts.join(', ');
}

function generativeFacts({ operation = 'enhance', quality, models = {} }: GenerativeAction): string {
  const facts = Object.entries(models).map(([provider, model]) => `model ${model} at ${provider}`);
  if (quality !== undefined) facts.unshift(`quality ${quality}`);
  return [`operation ${operation}`, ...facts].join(', ');
}

// How far results may move from their pictures.
function driftFacts({ operation = 'enhance', drift }: GenerativeAction): string {
  const { structure, edges, colour } = toleranceFor({ operation }, drift);
  return `tells of structure below ${structure}, edges below ${edges}, colour above ${colour} (--on-drift)`;
}

function quoted(prompt: string): string[] {
  return prompt.split('\n').map((line) => `  ${printable(line)}`.trimEnd());
}
