// A job in fal's queue: handed in, looked at, fetched.
import { parseJson } from '../../json.ts';
import { collectHint, lookUpHint } from '../../settle-hints.ts';
import { CallError, type EnhanceCall } from '../enhance.ts';
import { isRecord } from '../http.ts';
import { ask } from '../service/ask.ts';
import { serviceAt } from '../service/facts.ts';
import { type Delivery, order, paidForNothing } from '../service/order.ts';
import { pollJob, queued } from '../service/poll.ts';
import { failureOfJob, tellsFailure } from './job-failures.ts';
import { falService } from './service.ts';
import { lifecycle } from './upload.ts';

/**
 * POSTs a job and resolves with its name, which is its path at the queue: `fal-ai/esrgan/requests/ID`. The queue takes any
 * number of them. Throws CallError.
 */
export async function submit(model: string, body: Blob, call: EnhanceCall): Promise<string> {
  const service = serviceAt(falService, call.baseUrl);
  const headers = { 'content-type': 'application/json', 'x-fal-object-lifecycle-preference': lifecycle };
  const delivery = await order(falService, { to: `/${model}`, body, headers }, call);
  const told = parseJson(delivery.answer.body.toString('utf8'));
  const id = isRecord(told) ? told.request_id : undefined;
  // The addresses it also answers are not needed: of a model's name, jobs have the owner and the app alone
  // (@fal-ai/client 1.10.1, queue.js).
  if (typeof id === 'string' && /^[\w-]{1,128}$/.test(id)) {
    return `${model.split('/').slice(0, 2).join('/')}/requests/${id}`;
  }
  throw paidForNothing(service, delivery, 'took the job without naming it');
}

/**
 * Waits for a job and resolves with its result, a 2xx. Only GETs. Throws CallError: for a job that failed as it says, else
 * `unsettled` and `collectable`.
 */
export async function resultOf(
  job: string,
  call: EnhanceCall,
  { isOld }: { readonly isOld: boolean },
): Promise<Delivery> {
  const service = serviceAt(falService, call.baseUrl);
  if (!jobName.test(job)) {
    throw new CallError('the name of the job is none of fal', {
      ...{ provider: service.id, kind: 'protocol', charge: 'unsettled' },
      hint: lookUpHint,
    });
  }
  await pollJob(falService, call, { isOld, everyMs: 3_000, look: (left) => isDone(job, left) });
  const answer = await ask(falService, `/${job}`, call, { isJobOut: true, isAnswer: tellsFailure() });
  const requestId = answer.headers['x-fal-request-id'] ?? job.slice(job.lastIndexOf('/') + 1);
  if (answer.status > 299) throw failureOfJob(service, answer, requestId);
  return { answer, requestId };
}

const jobName = /^[\w.-]+\/[\w.-]+\/requests\/[\w-]{1,128}$/;

async function isDone(job: string, call: EnhanceCall): Promise<true | typeof queued | undefined> {
  const { status, headers, body } = await ask(falService, `/${job}/status?logs=0`, call, {
    ...{ isJobOut: true, maxBytes: 2 ** 20 },
  });
  const told = parseJson(body.toString('utf8'));
  const state = isRecord(told) ? told.status : undefined;
  if (state === 'IN_QUEUE') return queued;
  // How it ended is said by the result. A word that is not known says of no end.
  if (typeof state === 'string') return ended.test(state) ? true : undefined;
  throw new CallError(`${serviceAt(falService, call.baseUrl).label} does not say how far the job is`, {
    ...{ provider: falService.id, kind: 'protocol', charge: 'unsettled', status, headers },
    ...{ collectable: true, hint: collectHint() },
  });
}

// Of fal's three words (IN_QUEUE, IN_PROGRESS, COMPLETED) one is an end; of others, those that can mean nothing else.
const ended = /^(?:COMPLETED|FAILED|ERROR|CANCELL?ED)$/;
