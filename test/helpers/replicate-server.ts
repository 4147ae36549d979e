// Replicate's API on this machine: takes predictions on, makes them in its own time, and writes down what it was asked.
// Where its published contract is at hand (../shared/spec), whoever breaks that is answered 400.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import { middleware } from 'express-openapi-validator';
import sharp from 'sharp';
import { systemClock } from '../../src/clock.ts';
import { hasShared, sharedPath } from './shared.ts';

/** A prediction that was ordered: each is owed for. */
export interface Submission {
  readonly id: string;
  /** `owner/name`, or `owner/name:version`. */
  readonly model: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The picture that was sent, as data URL or as file; empty where none was found. */
  readonly picture: Buffer;
  readonly sha256: string;
  readonly headers: IncomingHttpHeaders;
  readonly atMs: number;
}

export interface AskedOf {
  readonly method: string;
  /** Below `/v1`. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** An answer in the place of the usual one; `drop` closes the connection, `hang` says nothing. */
export type OtherAnswer =
  | 'drop'
  | 'hang'
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** Sent as JSON; a string as it is. */
      readonly body: unknown;
    };

export interface ReplicateOptions {
  /** Keys that are accepted; any unless given. */
  readonly keys?: readonly string[];
  /** From the order to its answer: the order counts from the beginning of it. */
  readonly answerMs: number;
  /** From the order until it is made. */
  readonly makeMs: number;
  /** The picture made; what was sent, times `scale` or `scale_factor`, unless given. */
  readonly make?: (submission: Submission) => Buffer | Promise<Buffer>;
  /** Fields over those of the prediction, whenever it is asked for. */
  readonly prediction?: (submission: Submission) => Readonly<Record<string, unknown>>;
  /** Asked before each request is looked at, and after an order is noted where `isOrdered`. */
  readonly instead?: (asked: AskedOf, isOrdered: boolean) => OtherAnswer | undefined;
}

export interface ReplicateServer {
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  readonly submissions: readonly Submission[];
  readonly asked: readonly AskedOf[];
  /** What was wrong with requests that broke the contract. */
  readonly breaches: readonly string[];
  /** Changes options from now on. */
  set(changes: Partial<ReplicateOptions>): void;
  /** Submissions of a picture that was submitted before. */
  boughtTwice(): readonly Submission[];
  close(): Promise<void>;
}

export async function startReplicateServer(given: Partial<ReplicateOptions> = {}): Promise<ReplicateServer> {
  let options: ReplicateOptions = { answerMs: 0, makeMs: 0, ...given };
  const submissions: Submission[] = [];
  const asked: AskedOf[] = [];
  const breaches: string[] = [];
  const files = new Map<string, Buffer>();
  const app = express();
  let origin = '';

  const send = (response: Response, other: OtherAnswer): void => {
    if (other === 'hang') return;
    if (other === 'drop') return void response.destroy();
    response.status(other.status).set(other.headers ?? {});
    if (typeof other.body === 'string') response.end(other.body);
    else response.json(other.body);
  };
  const pictureOf = (input: Readonly<Record<string, unknown>>): Buffer => {
    const found = Object.values(input)
      .flat()
      .find((value) => typeof value === 'string' && (value.startsWith('data:') || value.startsWith(origin)));
    if (typeof found !== 'string') return Buffer.alloc(0);
    if (found.startsWith(origin)) return files.get(found.split('/').at(-1) ?? '') ?? Buffer.alloc(0);
    return Buffer.from(found.slice(found.indexOf(',') + 1), 'base64');
  };
  const shown = (one: Submission) => {
    const isMade = systemClock.monotonicMs() - one.atMs >= options.makeMs;
    const url = `${origin}/v1/predictions/${one.id}`;
    const [model, version = 'hidden'] = one.model.split(':');
    return {
      ...{ id: one.id, model, version, input: {}, logs: '', error: null, source: 'api', data_removed: false },
      ...{ status: isMade ? 'succeeded' : 'processing', created_at: '2026-11-21T10:00:00.000Z' },
      ...{ output: isMade ? `${origin}/delivery/${one.id}.png` : null },
      ...(isMade && { metrics: { predict_time: 1.25, total_time: 2.5 } }),
      urls: { web: `https://replicate.com/p/${one.id}`, get: url, cancel: `${url}/cancel` },
      ...options.prediction?.(one),
    };
  };
  const submit = (model: string) => async (request: Request, response: Response) => {
    const { input } = request.body as { readonly input: Record<string, unknown> };
    const picture = pictureOf(input);
    const one: Submission = {
      ...{ id: `job${String(submissions.length + 1).padStart(6, '0')}`, model, input, picture },
      sha256: createHash('sha256').update(picture).digest('hex'),
      ...{ headers: request.headers, atMs: systemClock.monotonicMs() },
    };
    submissions.push(one);
    if (options.answerMs > 0) await systemClock.sleep(options.answerMs);
    const other = options.instead?.(askedOf(request), true);
    if (other !== undefined) return send(response, other);
    response.status(201).json({ ...shown(one), status: 'starting', output: null });
  };

  app.get('/delivery/:name', async (request, response) => {
    const one = submissions.find(({ id }) => `${id}.png` === request.params.name);
    if (one === undefined) return void response.status(404).end();
    response.type('image/png').end(await (options.make ?? enlarged)(one));
  });
  app.use((request, response, next) => {
    asked.push(askedOf(request));
    const other = options.instead?.(askedOf(request), false);
    if (other !== undefined) return send(response, other);
    const key = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    if (key !== '' && (options.keys?.includes(key) ?? true)) return next();
    const detail = 'You did not pass a valid authentication token';
    response.status(401).json({ title: 'Unauthenticated', detail, status: 401 });
  });
  app.use(express.json({ limit: '8mb' }));
  if (hasShared) app.use(contract());
  app.get('/v1/account', (_request, response) => {
    response.json({ type: 'user', username: 'tester', name: 'Tester' });
  });
  app.get('/v1/models/:owner/:name', ({ params }, response) => {
    if (params.owner === 'nobody') {
      return void response.status(404).json({ title: 'Not found', detail: 'Model not found', status: 404 });
    }
    response.json({ owner: params.owner, name: params.name, visibility: 'public' });
  });
  app.post('/v1/models/:owner/:name/predictions', (request, response) =>
    submit(`${request.params.owner}/${request.params.name}`)(request, response),
  );
  app.post('/v1/predictions', (request, response) => submit(request.body.version)(request, response));
  app.get('/v1/predictions/:id', ({ params }, response) => {
    const one = submissions.find(({ id }) => id === params.id);
    if (one === undefined) {
      return void response
        .status(404)
        .json({ title: 'Not found', detail: 'Prediction not found', status: 404 });
    }
    response.json(shown(one));
  });
  app.post('/v1/files', async (request, response) => {
    const id = `file${files.size + 1}`;
    files.set(id, await contentOf(request));
    response.status(201).json({ id, urls: { get: `${origin}/v1/files/${id}` } });
  });
  // Express tells handlers of errors by their four parameters.
  app.use((error: Breach, request: Request, response: Response, _next: NextFunction) => {
    breaches.push(`${request.method} ${request.path}: ${error.message}`);
    response.status(error.status ?? 500).json({ title: 'Breach of contract', detail: error.message });
  });

  const server: Server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ baseUrl: `${origin}/v1`, submissions, asked, breaches },
    set: (changes) => {
      options = { ...options, ...changes };
    },
    boughtTwice: () => submissions.filter((one, at) => submissions.findIndex(isSame(one)) < at),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Breach extends Error {
  readonly status?: number;
}

const isSame =
  ({ sha256, model }: Submission) =>
  (other: Submission) =>
    other.sha256 === sha256 && other.model === model;

function askedOf({ method, path, headers }: Request): AskedOf {
  return { method, path: path.replace(/^\/v1/, ''), headers };
}

// Without its defaults, which would be put into what was sent.
function contract() {
  const spec = JSON.parse(readFileSync(sharedPath('spec/replicate-openapi.json'), 'utf8'), (name, value) =>
    name === 'default' ? undefined : value,
  );
  spec.servers = [{ url: '/v1' }];
  // A method that OpenAPI 3.1 does not have.
  for (const path of Object.values<Record<string, unknown>>(spec.paths)) delete path.query;
  return middleware({
    apiSpec: spec,
    validateApiSpec: false,
    validateRequests: { allErrors: true },
    validateResponses: false,
    fileUploader: { limits: { fileSize: 100_000_000 } },
  });
}

// The validator has read the form; without it that is done here.
async function contentOf(request: Request): Promise<Buffer> {
  const { files } = request as Request & { readonly files?: readonly { readonly buffer: Buffer }[] };
  if (files?.[0] !== undefined) return files[0].buffer;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const type = { 'content-type': request.headers['content-type'] ?? '' };
  const content = (await new Response(Buffer.concat(chunks), { headers: type }).formData()).get('content');
  return content instanceof Blob ? Buffer.from(await content.arrayBuffer()) : Buffer.alloc(0);
}

async function enlarged({ picture, input }: Submission): Promise<Buffer> {
  const factor = Number(input.scale ?? input.scale_factor ?? 1);
  const { width, height } = await sharp(picture).metadata();
  return sharp(picture)
    .resize(width * factor, height * factor, { fit: 'fill' })
    .png()
    .toBuffer();
}
