// fal on this machine: its queue, its price list and its storage at one origin, as a gateway would have them. What is asked of
// the platform is held to its published contract; what is handed in is written down.
import { once } from 'node:events';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { middleware } from 'express-openapi-validator';
import { hasShared, sharedPath } from './shared.ts';

export interface FalAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What it does from now on; what is left out is done as fal does it. */
export interface FalPlan {
  readonly submit?: FalAnswer;
  /** What the status says before the job is done. */
  readonly waiting?: readonly string[];
  readonly status?: FalAnswer;
  /** One after the other, the last for ever; undefined is a picture. */
  readonly results?: readonly (FalAnswer | undefined)[];
  readonly prices?: FalAnswer;
  readonly initiate?: FalAnswer;
  readonly put?: FalAnswer;
}

export interface FalSubmission {
  readonly id: string;
  readonly model: string;
  readonly headers: IncomingHttpHeaders;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What came, in order. */
export interface FalJournal {
  readonly submissions: FalSubmission[];
  /** `METHOD path` of every request, and the key it came with. */
  readonly asked: string[];
  readonly keys: (string | undefined)[];
  readonly uploads: { readonly type: string | undefined; readonly bytes: Buffer }[];
  /** What was wrong with requests to the platform, or with what is answered here for it. */
  readonly breaches: string[];
}

export interface FalServer extends FalJournal {
  readonly baseUrl: string;
  set(plan: FalPlan): void;
  stop(): Promise<void>;
}

/** What every job makes: not decoded here. */
export const falPicture = Buffer.from('not decoded, so any bytes are a picture');

export async function startFalServer(first: FalPlan = {}): Promise<FalServer> {
  const journal: FalJournal = { submissions: [], asked: [], keys: [], uploads: [], breaches: [] };
  const state: State = { plan: first, journal, origin: '', looks: new Map(), fetches: new Map() };
  const app = express();
  app.use((request: Request, _response: Response, next: NextFunction) => {
    journal.asked.push(`${request.method} ${request.path}`);
    journal.keys.push(request.headers.authorization);
    next();
  });
  if (hasShared) app.use(contract(journal));
  app.use(express.json({ limit: '50mb' }));
  app.use(express.raw({ type: 'image/*', limit: '90mb' }));
  addPlatform(app, state);
  addQueue(app, state);
  // Express tells handlers of errors by their four parameters.
  app.use((error: Error & { status?: number }, request: Request, response: Response, _next: NextFunction) => {
    journal.breaches.push(`${request.method} ${request.path}: ${error.message}`);
    const type = error.status === 401 ? 'authorization_error' : 'validation_error';
    response.status(error.status ?? 500).json({ error: { type, message: error.message } });
  });
  const server: Server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  state.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ ...journal, baseUrl: state.origin },
    set: (plan) => {
      state.plan = plan;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface State {
  plan: FalPlan;
  readonly journal: FalJournal;
  origin: string;
  readonly looks: Map<string, number>;
  readonly fetches: Map<string, number>;
}

// Both what is asked and what is answered, for the paths of the platform.
function contract(journal: FalJournal) {
  return middleware({
    apiSpec: sharedPath('spec/fal-platform-openapi.json'),
    validateRequests: true,
    validateResponses: { onError: (error) => void journal.breaches.push(`answer: ${error.message}`) },
    ignorePaths: (path: string) => !path.startsWith('/v1/'),
    validateSecurity: {
      handlers: { apiKey: ({ headers }) => /^Key \S+$/.test(headers.authorization ?? '') },
    },
  });
}

function addPlatform(app: Express, state: State): void {
  app.get('/v1/models/pricing', ({ query }, response) => {
    const id = [query.endpoint_id].flat().join();
    const price = { endpoint_id: id, unit_price: 0.08, unit: 'images', currency: 'USD' };
    send(response, state.plan.prices ?? { body: { prices: [price], next_cursor: null, has_more: false } });
  });
  app.post('/storage/upload/initiate', (_request, response) => {
    const body = { upload_url: `${state.origin}/put/1?signature=x`, file_url: 'https://v3.fal.media/1.png' };
    send(response, state.plan.initiate ?? { body });
  });
  app.put('/put/1', ({ headers, body }, response) => {
    state.journal.uploads.push({ type: headers['content-type'], bytes: body as Buffer });
    send(response, state.plan.put ?? {});
  });
}

function addQueue(app: Express, state: State): void {
  const { journal, looks, fetches } = state;
  app.get('/made/:name', (_request, response) => void response.type('image/png').end(falPicture));
  app.get('/:owner/:app/requests/:id/status', ({ params: { id } }, response) => {
    const { waiting = ['IN_QUEUE', 'IN_PROGRESS'], status: answer } = state.plan;
    const status = waiting[countOf(looks, id)] ?? 'COMPLETED';
    const body = { status, request_id: id, response_url: 'https://elsewhere.example/x' };
    send(response, answer ?? { status: status === 'COMPLETED' ? 200 : 202, body });
  });
  app.get('/:owner/:app/requests/:id', ({ params: { id } }, response) => {
    const { results = [undefined] } = state.plan;
    const answer = results[Math.min(countOf(fetches, id), results.length - 1)];
    const body = { images: [{ url: `${state.origin}/made/${id}.png`, content_type: 'image/png' }], seed: 1 };
    send(response, answer ?? { body, headers: { 'x-fal-request-id': id, 'x-fal-billable-units': '1' } });
  });
  app.post(/^(?:\/[\w.-]+){2,}$/, ({ path, headers, body: input }, response) => {
    const id = `job-${journal.submissions.length + 1}`;
    journal.submissions.push({ id, model: path.slice(1), headers, input });
    const url = `https://elsewhere.example/requests/${id}`;
    const body = { status: 'IN_QUEUE', request_id: id, response_url: url, status_url: `${url}/status` };
    send(response, state.plan.submit ?? { body });
  });
}

// How often it was asked before.
function countOf(counts: Map<string, number>, id: string): number {
  const count = counts.get(id) ?? 0;
  counts.set(id, count + 1);
  return count;
}

function send(response: Response, { status = 200, headers = {}, body = {} }: FalAnswer): void {
  response.status(status).set(headers);
  if (typeof body === 'string' || Buffer.isBuffer(body)) response.end(body);
  else response.json(body);
}
