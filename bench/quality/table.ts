import { type FaultSummary, gone, type MovedSummary, type PresetSummary } from './summary.ts';

/** What was measured of one preset, as text; `verbose` names the photographs that were made worse, and their plans. */
export function tableOf(summary: PresetSummary, verbose: boolean): string {
  if (summary.kinds.length === 0 && summary.untouched === undefined) {
    return `preset ${summary.preset}: not meant for what is measured here\n`;
  }
  const lines = [
    `preset ${summary.preset}`,
    `${''.padEnd(23)}  delta E 2000            SSIM              PSNR          farther    worst`,
  ];
  for (const row of summary.faults) {
    lines.push(faultLine(row));
    if (!verbose) continue;
    for (const one of row.farther)
      lines.push(
        `    ${one.photo}: ${one.before.deltaE.toFixed(2)} -> ${one.after.deltaE.toFixed(2)}  ${one.plan}`,
      );
  }
  lines.push('by kind', ...summary.kinds.map(faultLine));
  lines.push(...movedLines('untouched', summary.untouched, verbose));
  lines.push(...movedLines('rendered art', summary.art, verbose));
  for (const { photo, deltaE, plan } of summary.examples) {
    lines.push(`${`example ${photo}`.padEnd(38)} moved ${deltaE.toFixed(2)}  ${plan}`);
  }
  const held = summary.broken.length === 0;
  lines.push(held ? 'all promises hold' : `promises that do not hold: ${summary.broken.length}`);
  return [...lines, ...summary.broken.map((text) => `  ${text}`), ''].join('\n');
}

function faultLine({ name, count, before, after, farther, worst }: FaultSummary): string {
  const pair = (key: keyof typeof before, digits: number) =>
    `${before[key].toFixed(digits).padStart(6)} -> ${after[key].toFixed(digits).padStart(6)}`;
  const change = gone(worst);
  const last = `${change < 0 ? '' : '+'}${change.toFixed(2)} ${worst.photo}`;
  const of = `${farther.length} of ${count}`.padStart(9);
  return `${name.padEnd(21)} ${pair('deltaE', 2)}  ${pair('ssim', 3)}  ${pair('psnr', 2)}  ${of}    ${last}`;
}

function movedLines(name: string, moved: MovedSummary | undefined, verbose: boolean): string[] {
  if (moved === undefined) return [];
  const { count, mean, farthest, far } = moved;
  const most = `${farthest.deltaE.toFixed(2)} at most (${farthest.photo})`;
  return [
    `${name}: ${count} pictures, moved ${mean.toFixed(2)} in the mean, ${most}`,
    ...(verbose ? far.map(({ photo, deltaE, plan }) => `    ${photo}: ${deltaE.toFixed(2)}  ${plan}`) : []),
  ];
}
