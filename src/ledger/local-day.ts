// The local calendar of the machine; the time zone is the one of the process (TZ).

/** The local day, `2026-11-21`. */
export function localDay(ms: number): string {
  const date = new Date(ms);
  return [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
}

/** Minutes that local time is ahead of UTC. */
export function tzOffsetMinutes(ms: number): number {
  // getTimezoneOffset counts the other way; never -0.
  return 0 - new Date(ms).getTimezoneOffset();
}

/** The first moment behind the day, or the month, that `day` lies in; milliseconds since 1970. */
export function endOf(period: 'day' | 'month', day: string): number {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  return (period === 'day' ? new Date(year, month - 1, date + 1) : new Date(year, month, 1)).getTime();
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
