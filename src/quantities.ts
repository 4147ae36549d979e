// Sizes and times as people write them.

const byteUnits: Readonly<Record<string, number>> = {
  '': 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
};

/** `1500000`, `512M`, `2GiB`, `1.5 gb` in bytes (units of 1024); undefined for anything else. */
export function parseBytes(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?\s*$/i.exec(text);
  const unit = byteUnits[match?.[2]?.toLowerCase() ?? 'none'];
  return match === null || unit === undefined ? undefined : finite(Math.round(Number(match[1]) * unit));
}

const timeUnits: Readonly<Record<string, number>> = {
  '': 1000,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `90`, `90s`, `15m`, `1h30m`, `2d` in milliseconds (a bare number is seconds); undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)([smhd]?)/gi)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text.trim()) return undefined;
  return finite(
    parts.reduce(
      (sum, [, count, unit]) => sum + Number(count) * (timeUnits[unit?.toLowerCase() ?? ''] ?? Number.NaN),
      0,
    ),
  );
}

// Hundreds of digits are more than any number holds.
function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

/** A whole number from `least` to `most`; undefined for anything else. */
export function parseWhole(text: string, least: number, most = Number.MAX_SAFE_INTEGER): number | undefined {
  if (!/^\d+$/.test(text.trim())) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}
