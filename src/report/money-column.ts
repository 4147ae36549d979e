/**
 * How the amounts of one column are written, all with the same number of digits: cents where the least is a dollar or
 * more, else hundredths of a cent. What is not nothing is never written as nothing.
 */
export function moneyColumn(amounts: readonly number[]): (microusd: number) => string {
  const digits = amounts.every((microusd) => microusd === 0 || microusd >= 1e6) ? 2 : 4;
  const least = 10 ** (6 - digits);
  return (microusd) => {
    const isLess = microusd > 0 && microusd < least / 2;
    return `${isLess ? '<' : ''}$${inDigits(isLess ? least : microusd, digits)}`;
  };
}

function inDigits(microusd: number, digits: number): string {
  const wanted = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return (microusd / 1e6).toLocaleString('en-US', wanted);
}
