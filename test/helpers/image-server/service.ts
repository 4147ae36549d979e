// One request: who asks, whether the limits let it through, what goes wrong, what is answered.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, apiError, limitHeaders, tooFast } from './errors.ts';
import { chooseFault, faultAnswer, fractionOf, sendBody, unbilled } from './faults.ts';
import { Journal, type JournalEntry } from './journal.ts';
import { type Allowance, type BucketState, Limiter } from './limiter.ts';
import { modelsAt, usageOf } from './models.ts';
import type { EditRequest, ImageServerOptions } from './options.ts';
import { pictureBody } from './picture.ts';
import { readEdit } from './read-edit.ts';

export class Service {
  readonly journal = new Journal();
  #options: ImageServerOptions;
  readonly #limiter: Limiter;
  readonly #lastModel = new Map<string, string>();
  #admitted = 0;

  constructor(options: ImageServerOptions) {
    this.#options = options;
    this.#limiter = new Limiter(() => this.#options.clock.monotonicMs());
  }

  set(changes: Partial<ImageServerOptions>): void {
    this.#options = { ...this.#options, ...changes };
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = request;
    const { pathname: path } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const key = (headers.authorization ?? '').replace(/^Bearer /, '');
    const organisation = this.#options.keys[key];
    const atMs = this.#options.clock.monotonicMs();
    const entry = this.journal.begin({ method, path, atMs, headers, key, organisation });
    const isEdit = method === 'POST' && path === '/v1/images/edits';
    if (isEdit && this.#refusedEarly(organisation, entry, request, response)) return;
    const body = await readAll(request);
    const send = (answer: Answer) => this.#send(response, entry, answer);
    if (organisation === undefined) {
      return send(apiError(401, `Incorrect API key provided: ${key}.`, 'invalid_api_key'));
    }
    if (method === 'GET' && path.startsWith('/v1/models')) return send(modelsAt(path));
    if (!isEdit) return send({ status: 404, body: '' });
    const edit = await readEdit(body, headers['content-type'] ?? '', { key, organisation });
    if ('status' in edit) return send(edit);
    entry.edit = edit;
    entry.imageSha256 = edit.images[0].sha256;
    this.#lastModel.set(organisation, edit.model);
    return this.#answerEdit(edit, entry, response);
  }

  // The model stands in the upload, which is not read: it is taken to be the one asked for before.
  #refusedEarly(
    organisation: string | undefined,
    entry: JournalEntry,
    request: IncomingMessage,
    response: ServerResponse,
  ): boolean {
    const model = organisation === undefined ? undefined : this.#lastModel.get(organisation);
    if (this.#options.refuse !== 'during-upload' || organisation === undefined || model === undefined)
      return false;
    const { granted, buckets } = this.#limiter.look(`${organisation} ${model}`, this.#allowances());
    if (granted) return false;
    response.on('finish', () => request.socket.destroy());
    this.#send(response, entry, tooFast(this.#options.headers, model, organisation, buckets));
    return true;
  }

  async #answerEdit(edit: EditRequest, entry: JournalEntry, response: ServerResponse): Promise<void> {
    const { refusalCost, refuse, headers, faults, seed, clock, slowBodyMs } = this.#options;
    const owner = `${edit.organisation} ${edit.model}`;
    const { granted, buckets } = this.#limiter.take(
      owner,
      this.#allowances(),
      edit.images.length,
      refusalCost,
    );
    if (!granted) {
      if (refuse === 'after-latency') await this.#work(entry);
      return this.#send(response, entry, tooFast(headers, edit.model, edit.organisation, buckets));
    }
    const fault = chooseFault(faults, this.#admitted++, edit, seed);
    if (fault !== undefined) entry.fault = fault;
    // From here on the service works: money is owed whether or not anybody hears the answer.
    entry.billed = fault === undefined || !unbilled.has(fault);
    if (entry.billed) entry.usage = usageOf(edit);
    await this.#work(entry);
    if (fault === 'hang') return;
    if (fault === 'drop') {
      response.destroy();
      return;
    }
    const other = faultAnswer(fault, edit.key);
    if (other !== undefined) return this.#send(response, entry, other, buckets);
    const picture = await pictureBody(edit, this.#options.answer, fault, clock.now());
    const body = Buffer.from(JSON.stringify(picture));
    const json = { 'content-type': 'application/json' };
    const sent = { ...json, ...this.#begin(entry, 200), ...limitHeaders(headers, buckets) };
    await sendBody(response, sent, body, fault, { clock, ms: slowBodyMs });
  }

  #allowances(): Allowance[] {
    const { imageBucket, imagesPerMinute, burst, requestsPerMinute } = this.#options;
    return [
      { name: imageBucket, perMinute: imagesPerMinute, burst },
      { name: 'requests', perMinute: requestsPerMinute, burst: requestsPerMinute },
    ];
  }

  async #work({ index }: JournalEntry): Promise<void> {
    const { latencyMs, seed, clock } = this.#options;
    const [from, to] = latencyMs;
    const ms = from + (to - from) * fractionOf(`latency ${seed} ${index}`);
    if (ms > 0) await clock.sleep(ms);
  }

  #send(
    response: ServerResponse,
    entry: JournalEntry,
    { status, headers, body }: Answer,
    buckets: readonly BucketState[] = [],
  ): void {
    const isText = typeof body === 'string';
    const bytes = Buffer.from(isText ? body : JSON.stringify(body));
    response.writeHead(status, {
      'content-type': isText ? 'text/plain' : 'application/json',
      ...this.#begin(entry, status),
      ...limitHeaders(this.#options.headers, buckets),
      ...headers,
      'content-length': bytes.length,
    });
    response.end(bytes);
  }

  #begin(entry: JournalEntry, status: number): Record<string, string> {
    entry.status = status;
    entry.answeredAtMs = this.#options.clock.monotonicMs();
    return { 'x-request-id': entry.requestId };
  }
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
