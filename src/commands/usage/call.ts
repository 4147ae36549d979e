// One call in words and as JSON.
import { type AttemptRow, isCollectable } from '../../ledger/attempts.ts';
import { dollars } from '../../money.ts';
import { collectableInWords } from '../../purchases/left-to-collect.ts';
import { printable } from '../../text.ts';

/** `2026-11-21T0412-k3f-x7qm2p  sent 2026-11-21 04:12:07 UTC  openai/team gpt-image-1  at most $0.0527  /photos/a.jpg: …` */
export function callLine(attempt: AttemptRow): string {
  const { id, keyName, model, reservedMicrousd, sourcePath, reason, requestId } = attempt;
  const most = reservedMicrousd === undefined ? 'price unknown' : `at most ${dollars(reservedMicrousd)}`;
  const collectable = isCollectable(attempt) ? [collectableInWords] : [];
  const said = [...(reason === undefined ? [] : [printable(reason)]), ...collectable].join('; ');
  const why = said === '' ? '' : `: ${said}`;
  const request = requestId === undefined ? '' : ` (request ${printable(requestId)})`;
  const payer = [keyName, model].filter((name) => name !== '').map(printable);
  return [
    id,
    `sent ${utc(sentAt(attempt))}`,
    payer.join(' '),
    most,
    `${printable(sourcePath)}${why}${request}`,
  ].join('  ');
}

/** The same as one line of JSON; what is not known is null. */
export function callJson(attempt: AttemptRow): string {
  return JSON.stringify({
    type: 'call',
    id: attempt.id,
    run: attempt.runId,
    source: attempt.sourcePath,
    provider: attempt.provider,
    model: attempt.model,
    key: attempt.keyName,
    state: attempt.state,
    settled: attempt.settled ?? null,
    collectable: isCollectable(attempt),
    sentAt: new Date(sentAt(attempt)).toISOString(),
    mostMicrousd: attempt.reservedMicrousd ?? null,
    reason: attempt.reason ?? null,
    requestId: attempt.requestId ?? null,
  });
}

function sentAt({ sentAtMs, reservedAtMs }: AttemptRow): number {
  return sentAtMs ?? reservedAtMs;
}

// Usage pages of providers speak UTC.
function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
