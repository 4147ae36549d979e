// Options that a service takes under names of its own.
import type { Preset } from '../../presets/preset.ts';
import type { EditModel } from '../../providers/model.ts';
import { printable } from '../../text.ts';
import { nameOf } from './demands.ts';
import type { EnhanceFlags } from './flags.ts';
import { usage } from './usage.ts';

/**
 * The options of the service by the names they are sent under: some have a flag of their own, --option names the rest. Throws
 * CommandError (2) for what the model does not take.
 */
export function optionsOf(flags: EnhanceFlags, preset: Preset, model: EditModel): Record<string, string> {
  const given = (flags.option ?? []).map((pair): [string, string] => {
    const at = pair.indexOf('=');
    if (at < 1) throw usage(`--option ${printable(pair)} is not NAME=VALUE`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  const isOption = preset.generative?.operation !== 'replace-background';
  if (flags.background !== undefined && isOption) given.push(['background', flags.background]);
  if (flags.moderation !== undefined) given.push(['moderation', flags.moderation]);
  for (const [name, value] of given) checkOption(name, value, model);
  // One number is one purchase, however it is written.
  const written = (name: string, value: string) =>
    Object.hasOwn(model.numbers, name) ? String(Number(value)) : value;
  return Object.fromEntries(given.map(([name, value]) => [name, written(name, value)]));
}

function checkOption(name: string, value: string, model: EditModel): void {
  const legal = Object.hasOwn(model.options, name) ? model.options[name] : undefined;
  const range = Object.hasOwn(model.numbers, name) ? model.numbers[name] : undefined;
  if (range !== undefined) {
    const number = Number(value.trim() || Number.NaN);
    if (number >= range.least && number <= range.most) return;
    throw usage(
      `${name} ${printable(value)} is not what ${nameOf(model)} takes`,
      `it takes a number from ${range.least} to ${range.most}`,
    );
  }
  if (legal === undefined) {
    if (model.takesAnyOption) {
      checkCount(name, value);
      return;
    }
    const known = [...Object.keys(model.options), ...Object.keys(model.numbers)].join(', ') || 'no options';
    const other = name === 'background' ? '; for another background: -p replace-background' : '';
    throw usage(`${nameOf(model)} does not take ${printable(name)}`, `it takes ${known}${other}`);
  }
  if (legal.includes(value)) return;
  const other = name === 'background' ? '; for another background: -p replace-background' : '';
  throw usage(
    `${name} ${printable(value)} is not known to ${nameOf(model)}`,
    `it has ${legal.join(', ')}${other}`,
  );
}

// Names by which models are asked for several pictures. One is kept, and one is what the price of a call is reckoned for.
const counts =
  /^(?:n|samples|batch_size|batch_count|(?:num|number|max)_(?:of_)?(?:images|outputs|samples|pictures|generations)(?:_per_prompt)?|images_per_prompt)$/i;

function checkCount(name: string, value: string): void {
  if (!counts.test(name) || Number(value.trim() || Number.NaN) === 1) return;
  throw usage(
    `--option ${printable(name)}=${printable(value)} asks for more than one picture of each`,
    'one of them would be kept and all would be charged: leave it out',
  );
}
