// What a prediction has come to, and what that means for the bill.
import { parseJson } from '../../json.ts';
import { collectHint } from '../../settle-hints.ts';
import { CallError, type FailureKind } from '../enhance.ts';
import { isRecord } from '../http.ts';
import type { ServiceFacts } from '../service/facts.ts';
import { type Delivery, paidForNothing } from '../service/order.ts';

type Prediction = Readonly<Record<string, unknown>>;

/** Whether it is done. Throws CallError for one that has failed, and for an answer that is none (`collectable`). */
export function readPrediction(service: ServiceFacts, delivery: Delivery): boolean {
  const prediction = predictionIn(delivery);
  if (prediction === undefined || typeof prediction.status !== 'string' || isAnother(prediction, delivery)) {
    throw new CallError(`${service.label} answered with something else than the job`, {
      ...{ ...factsOf(service, delivery), kind: 'protocol', charge: 'unsettled' },
      ...{ collectable: true, hint: collectHint() },
    });
  }
  if (prediction.status === 'succeeded') return true;
  const how = Object.hasOwn(ends, prediction.status) ? ends[prediction.status] : undefined;
  if (how === undefined) return false;
  throw failureOf(service, delivery, prediction, how);
}

/** Where the picture of one that is done lies. Throws CallError `paid` where it is gone, or names none. */
export function addressIn(service: ServiceFacts, delivery: Delivery): string {
  const { output, data_removed: isRemoved } = predictionIn(delivery) ?? {};
  const address = addressOf(output);
  if (address !== undefined) return address;
  throw paidForNothing(
    service,
    delivery,
    output === null || isRemoved === true
      ? 'made the picture and has deleted it since, as it does after an hour'
      : 'made something that is no picture',
  );
}

// What something in between kept of another question says nothing of this job.
function isAnother({ id }: Prediction, { requestId }: Delivery): boolean {
  return typeof id === 'string' && id !== requestId;
}

function predictionIn({ answer }: Delivery): Prediction | undefined {
  const body = parseJson(answer.body.toString('utf8'));
  return isRecord(body) ? body : undefined;
}

// An address, a list of them, or an object with them: of several the last, which is the finished one where a model shows
// the steps on its way.
function addressOf(output: unknown): string | undefined {
  if (typeof output === 'string') return /^(?:https?|data):/i.test(output) ? output : undefined;
  if (Array.isArray(output)) return output.map(addressOf).findLast((one) => one !== undefined);
  return isRecord(output) ? addressOf(Object.values(output)) : undefined;
}

const ends: Readonly<Record<string, string>> = {
  failed: 'failed to make the picture',
  canceled: 'stopped the job before it was done',
  aborted: 'did not begin the job in time',
};

// Replicate charges for the time that a model works: of public models, what was `canceled` while it ran is charged and what
// was `aborted` before is not (replicate.com/changelog/2025-10-16-prediction-deadlines); for `failed` no page promises
// anything. So what never ran is free, and for all else nobody knows. Either way the job is over for good.
function failureOf(service: ServiceFacts, delivery: Delivery, prediction: Prediction, how: string) {
  const { status, error } = prediction;
  const ran = status !== 'aborted' && hasRun(prediction);
  const said = typeof error === 'string' && error.trim() !== '' ? error.trim() : lastLine(prediction.logs);
  const reason = reasons.find(({ says }) => says.test(said));
  const kind = reason?.kind ?? (ran ? 'refused' : 'busy');
  return new CallError(`${service.label} ${how}${said && `: ${said}`}`, {
    ...{ ...factsOf(service, delivery), kind, charge: ran ? 'unsettled' : 'none', collectable: false },
    code: String(status),
    hint: reason?.hint ?? (ran ? 'look at https://replicate.com/predictions for what it cost' : undefined),
  });
}

function hasRun({ started_at: startedAt, metrics, status }: Prediction): boolean {
  const seconds = isRecord(metrics) ? metrics.predict_time : undefined;
  if (typeof seconds === 'number') return seconds > 0;
  return status === 'canceled' || (startedAt !== undefined && startedAt !== null);
}

function lastLine(logs: unknown): string {
  return typeof logs === 'string' ? (logs.trim().split('\n').at(-1)?.trim() ?? '') : '';
}

const reasons: readonly { readonly says: RegExp; readonly kind: FailureKind; readonly hint: string }[] = [
  {
    says: /max size that fits|too (?:large|big)|number of pixels/i,
    kind: 'refused',
    hint: 'send fewer pixels with --upload-pixels, or name another --model',
  },
  {
    says: /nsfw|sensitive|safety|moderat|E005/i,
    kind: 'refused',
    hint: 'change the prompt or leave the picture out: sent unchanged it is blocked again',
  },
  {
    says: /out of memory|high demand|unavailable|interrupted/i,
    kind: 'busy',
    hint: 'try again later, or send fewer pixels with --upload-pixels',
  },
];

function factsOf(service: ServiceFacts, { answer, requestId }: Delivery) {
  return { provider: service.id, status: answer.status, headers: answer.headers, requestId };
}
