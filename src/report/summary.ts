import { dollars } from '../money.ts';
import { settleHint } from '../settle-hints.ts';
import { counted, printable } from '../text.ts';
import { dryRunId, type StopReason, type SummaryEvent } from './events.ts';
import type { Charges } from './money.ts';
import { duration } from './progress.ts';

const stopped: Readonly<Record<StopReason, string>> = {
  interrupt: 'stopped as asked',
  terminate: 'stopped as asked',
  'max-errors': 'stopped: too many failures (--max-errors)',
  'max-duration': 'stopped: the time is up (--max-duration)',
  'disk-full': 'stopped: the disk is full',
  limit: 'stopped after as many pictures as asked (--limit)',
  'output-closed': 'stopped: nobody reads the results any more',
  declined: 'stopped: not approved',
  drift: 'stopped: the results move too far from their pictures',
  'useless-answers': 'stopped: one answer after another is of no use, and was charged',
  account: 'stopped: the account at the provider does not allow more',
  'no-model': 'stopped: the model is not there for this key',
  'no-key': 'stopped: no key is accepted',
  'spending-limit': 'stopped: the limit of what may be spent is reached',
  'refuses-all': 'stopped: the service makes no pictures',
  unreachable: 'stopped: the service cannot be reached',
  'max-wait': 'stopped: the provider wants a longer wait than --max-wait',
};

const skippedWords: Readonly<Record<string, string>> = {
  done: 'already done',
  'output-exists': 'whose output exists',
  'output-changed': 'whose output was changed by somebody else',
  'listed-twice': 'listed more than once',
  'not-an-image': 'not a picture',
  empty: 'empty',
  'svg-not-asked': 'vector drawing (take it with --svg)',
  'camera-raw': 'camera raw (develop it first)',
};

/** The last words of a run, for people. */
export function summaryLines(event: SummaryEvent): string[] {
  const lines: string[] = [];
  if (event.stoppedBy !== null) lines.push(stopped[event.stoppedBy]);
  lines.push(`${headline(event)} in ${duration(event.seconds)}${where(event)}`);
  if (event.charges !== undefined && event.planned === 0) lines.push(...moneyLines(event.charges, event));
  const skipped = Object.entries(event.skippedBy).map(
    ([reason, count]) => `${count.toLocaleString('en-US')} ${skippedWords[reason] ?? reason}`,
  );
  if (skipped.length > 0) lines.push(`left alone: ${skipped.join(', ')}`);
  if ((event.skippedBy['output-exists'] ?? 0) > 0) {
    lines.push(
      'hint: outputs of other recipes or programs are kept; replace them with --on-exists overwrite',
    );
  }
  if ((event.skippedBy['output-changed'] ?? 0) > 0) {
    lines.push('hint: what somebody else changed is kept; delete it, then run the same command again');
  }
  lines.push(...driftLines(event));
  if (event.stoppedBy === 'useless-answers') {
    lines.push(
      `hint: see why with imgsys runs show ${event.run}; then try another model or preset, or other words; --drift-stop 0 buys on all the same`,
    );
  } else if (event.failed > 0 && event.run !== dryRunId)
    lines.push(`hint: see why each failed with imgsys runs show ${event.run}`);
  if (event.skippedBy.refused) lines.push('hint: -v says why pictures were refused');
  if (canGoOn(event)) {
    lines.push('hint: run the same command again to go on; what is done stays done');
  }
  return lines;
}

function driftLines({ drifted = 0, asSent = 0, inReview = 0, failedBy, run, stoppedBy }: SummaryEvent) {
  const same = asSent === 0 ? [] : [`unchanged: ${counted(asSent, 'result')} came back as sent`];
  if (drifted === 0) return same;
  const [what, verb] = [counted(drifted, 'result'), drifted === 1 ? 'has' : 'have'];
  const lines = [
    ...same,
    `drift: ${what} ${verb} moved too far from ${drifted === 1 ? 'its picture' : 'their pictures'}: imgsys runs show ${run}`,
  ];
  if (failedBy.drifted) {
    lines.push(
      `hint: they are paid for; have them for nothing with imgsys runs finish ${run} --on-drift keep (or review)`,
    );
  }
  if (stoppedBy === 'drift') {
    lines.push(
      'hint: look at them; then try other words, another preset or model, or go on all the same with --drift-stop 0',
    );
  }
  if (inReview > 0) {
    lines.push(
      'hint: to take one of them, move it from _review to its place;' +
        ` all: imgsys runs finish ${run} --on-drift keep; nothing is bought again`,
    );
  }
  return lines;
}

// With a wrong key, what to do about it is told where it is refused.
function canGoOn({ left, stoppedBy, ...made }: SummaryEvent): boolean {
  if (stoppedBy === 'no-key' && made.enhanced + made.unchanged === 0) return false;
  if (stoppedBy === 'drift' || stoppedBy === 'useless-answers' || stoppedBy === 'no-model') return false;
  return left > 0 || (stoppedBy !== null && stoppedBy !== 'limit');
}

function moneyLines(charges: Charges, { run, failedBy }: SummaryEvent): string[] {
  const { paid, useless, reused, unsettled, unsettledMicrousd, collectable = 0 } = charges;
  const parts = [paid + useless === 0 ? 'nothing now' : boughtInWords(charges)];
  if (reused > 0) parts.push(`${reused.toLocaleString('en-US')} bought before`);
  // Such as a job that was collected: what it cost counts for the run that ordered it. Only where this run was charged for
  // nothing itself is it sure whose they are.
  const earlier = paid + useless === 0 ? (failedBy['answer-unusable'] ?? 0) : 0;
  if (earlier > 0) parts.push(`${counted(earlier, 'answer')} without a picture charged to an earlier run`);
  const lines = paid + useless + reused + earlier > 0 || unsettled === 0 ? [`paid: ${parts.join(', ')}`] : [];
  if (unsettled > 0) {
    const most = unsettledMicrousd > 0 ? `, at most ${dollars(unsettledMicrousd)}` : '';
    lines.push(`unsettled: ${counted(unsettled, 'call')} may have been charged without a picture${most}`);
  }
  if (collectable > 0) {
    lines.push(
      `hint: run the same command again: ${counted(collectable, 'picture')} can still be collected, not bought again`,
    );
  }
  if (unsettled > collectable) {
    lines.push(`hint: ${settleHint(`--run ${run}`)}`);
  }
  return lines;
}

function boughtInWords({ paid, useless, microusd, unknown }: Charges): string {
  const parts = [
    ...(paid > 0 ? [`${counted(paid, 'picture')} bought`] : []),
    ...(useless > 0 ? [`${counted(useless, 'answer')} without a picture`] : []),
  ];
  const what = parts.join(' and ');
  if (unknown >= paid + useless) return `${what} at a price that is not known`;
  const some = unknown > 0 ? `, ${unknown.toLocaleString('en-US')} of them at an unknown price` : '';
  return `${what} for ${dollars(microusd)}${some}`;
}

function headline(event: SummaryEvent): string {
  if (event.planned > 0) return `dry run: ${counted(event.planned, 'picture')} to enhance${failures(event)}`;
  const made = event.enhanced + event.unchanged;
  const isOver = event.stoppedBy === null && event.left === 0;
  if (made === 0 && event.failed === 0 && event.skipped > 0 && isOver) return 'nothing to do';
  const unchanged =
    event.unchanged > 0 ? `, ${event.unchanged.toLocaleString('en-US')} unchanged (nothing to mend)` : '';
  const { inReview = 0, left } = event;
  const aside = inReview > 0 ? ` (${inReview.toLocaleString('en-US')} of them put into _review)` : '';
  const rest = left > 0 ? `, ${left.toLocaleString('en-US')} not begun` : '';
  return `${counted(event.enhanced, 'picture')} enhanced${aside}${unchanged}${failures(event)}${rest}`;
}

function failures(event: SummaryEvent): string {
  return event.failed > 0 ? `, ${event.failed.toLocaleString('en-US')} failed` : '';
}

function where(event: SummaryEvent): string {
  return event.enhanced + event.unchanged > 0 ? ` → ${printable(event.output)}` : '';
}
