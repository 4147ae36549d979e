// Values of flags as they are read everywhere: checked, with the flag named when they are wrong.
import { parseBytes, parseDuration, parseWhole } from '../../quantities.ts';
import { type SettingName, type SettingValues, settingKeys } from '../../settings/keys.ts';
import type { Settings } from '../../settings/settings.ts';
import { nearest } from '../../suggest.ts';
import { usage } from './usage.ts';

/** The flag, else the user's own setting, else the default, if there is one. */
export function chosen<Name extends SettingName>(
  name: Name,
  flag: string | undefined,
  settings: Settings,
): SettingValues[Name] | undefined {
  const key = settingKeys[name];
  if (flag === undefined) return settings.get(name) ?? key.default;
  const value = key.parse(flag);
  if (value !== undefined) return value;
  const near = key.choices && nearest(flag, key.choices);
  throw usage(`--${name} ${flag} is not ${key.expects}`, near && `did you mean ${near}?`);
}

export function whole(flag: string, text: string, least: number): number {
  const value = parseWhole(text, least);
  if (value === undefined) throw usage(`${flag} ${text} is not a whole number of at least ${least}`);
  return value;
}

export function bytes(flag: string): (text: string) => number {
  return (text) => checked(flag, text, parseBytes(text), '512M or 2G');
}

/** A span of time, in milliseconds. */
export function span(flag: string): (text: string) => number {
  return (text) => checked(flag, text, parseDuration(text), '90s, 30m or 2h');
}

function checked(flag: string, text: string, value: number | undefined, example: string): number {
  if (value === undefined || value <= 0)
    throw usage(`${flag} ${text} is not understood`, `for example ${example}`);
  return value;
}

export function optional<Value>(text: string | undefined, read: (text: string) => Value): Value | undefined {
  return text === undefined ? undefined : read(text);
}
