/** `$0.0527`, `$12.40`: dollars with as many digits as a single picture needs. */
export function dollars(microusd: number): string {
  const value = microusd / 1e6;
  const digits = value === 0 || value >= 10 ? 2 : value >= 1 ? 3 : 4;
  const text = value.toFixed(digits);
  return `$${text.replace(/(\.\d\d\d*?)0+$/, '$1')}`;
}

/** `$0.0412 to $0.0530`, or one figure where both are the same. */
export function dollarRange(lowMicrousd: number, highMicrousd: number): string {
  const [low, high] = [dollars(lowMicrousd), dollars(highMicrousd)];
  return low === high ? low : `${low} to ${high}`;
}

/** Micro-dollars of `5`, `0.06`, `$12.50`; undefined for anything else, for nothing and for less than nothing. */
export function parseDollars(text: string): number | undefined {
  const [, digits] = /^\$?(\d{1,9}(?:\.\d{1,6})?)$/.exec(text.trim()) ?? [];
  return digits === undefined ? undefined : Math.round(Number(digits) * 1e6);
}
