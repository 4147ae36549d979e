/** `$0.0527`, `$12.40`, `less than $0.0001`: dollars with as many digits as a single picture needs; nothing is `$0.00`. */
export function dollars(microusd: number): string {
  if (microusd > 0 && microusd < leastMicrousd) return `less than ${dollars(leastMicrousd)}`;
  const value = microusd / 1e6;
  const digits = value === 0 || value >= 10 ? 2 : value >= 1 ? 3 : 4;
  const text = value.toFixed(digits);
  return `$${text.replace(/(\.\d\d\d*?)0+$/, '$1')}`;
}

const leastMicrousd = 100;

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
