// A server that holds requests to OpenAI's own published contract (openai-openapi, cut to images and models), with what
// its SDK has had since: whoever sends a field, a value or a part that is not in it is answered 400.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import { middleware } from 'express-openapi-validator';
import { sharedPath } from './shared.ts';

export interface ContractRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly fields: Readonly<Record<string, string>>;
  readonly files: readonly ContractFile[];
}

export interface ContractFile {
  /** The name of the part. */
  readonly name: string;
  readonly filename: string;
  readonly type: string;
  readonly bytes: Buffer;
}

export interface ContractAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string or Buffer as it is. */
  readonly body: unknown;
}

export interface ContractServer {
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  /** Those that held to the contract. */
  readonly requests: readonly ContractRequest[];
  /** What was wrong with the others. */
  readonly breaches: readonly string[];
  stop(): Promise<void>;
}

/** Needs the shared data: `describe.skipIf(!hasShared)`. */
export async function startContractServer(
  answer: (request: ContractRequest) => ContractAnswer | Promise<ContractAnswer>,
): Promise<ContractServer> {
  const requests: ContractRequest[] = [];
  const breaches: string[] = [];
  const app = express();
  app.use(
    middleware({
      apiSpec: currentSpec(),
      validateRequests: { coerceTypes: true, allErrors: true },
      validateResponses: false,
      fileUploader: { limits: { fileSize: 50_000_000 } },
    }),
  );
  app.use(async (request: Request, response: Response) => {
    const seen = read(request);
    requests.push(seen);
    const { status, headers = {}, body } = await answer(seen);
    response.status(status).set(headers);
    if (typeof body === 'string' || Buffer.isBuffer(body)) response.end(body);
    else response.json(body);
  });
  // Express tells handlers of errors by their four parameters.
  app.use((error: Breach, request: Request, response: Response, _next: NextFunction) => {
    breaches.push(`${request.path}: ${error.message}`);
    const code = error.status === 401 ? 'invalid_api_key' : 'invalid_value';
    response.status(error.status ?? 500).json({ error: { message: error.message, type: 'contract', code } });
  });
  const server: Server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    ...{ baseUrl: `http://127.0.0.1:${port}/v1`, requests, breaches },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Breach extends Error {
  readonly status?: number;
}

interface Schema {
  properties: Record<string, unknown>;
  additionalProperties?: boolean;
}

// The published file is of August 2026; openai-node 7.55.0 (November) has these on top.
function currentSpec() {
  // Without its defaults, which would be put into what was sent; and with the formats the validator knows.
  const spec = JSON.parse(readFileSync(sharedPath('spec/openai-images.json'), 'utf8'), (name, value) =>
    name === 'default' || value === 'unixtime' ? undefined : value,
  );
  spec.servers = [{ url: '/v1' }];
  const edit: Schema = spec.components.schemas.CreateImageEditRequest;
  edit.additionalProperties = false;
  Object.assign(edit.properties, {
    quality: { type: 'string', enum: ['low', 'medium', 'high', 'xhigh', 'max', 'auto'] },
    output_format: { type: 'string', enum: ['png', 'jpeg', 'webp', 'gif'] },
    complexity: { type: 'string', enum: ['low', 'medium', 'high'] },
    // Of the JSON form of the same request.
    moderation: { type: 'string', enum: ['auto', 'low'] },
    markup: { type: 'string', format: 'binary' },
    safety_identifier: { type: 'string' },
    size: { type: 'string', pattern: '^(auto|[1-9][0-9]{2,3}x[1-9][0-9]{2,3})$' },
  });
  return spec;
}

function read(request: Request): ContractRequest {
  const files = (request as Request & { files?: MulterFile[] }).files ?? [];
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries((request.body ?? {}) as Record<string, unknown>)) {
    if (typeof value === 'string') fields[name] = value;
  }
  for (const { fieldname } of files) delete fields[fieldname];
  return {
    path: request.path,
    headers: request.headers,
    fields,
    files: files.map(({ fieldname, originalname, mimetype, buffer }) => ({
      ...{ name: fieldname, filename: originalname, type: mimetype, bytes: buffer },
    })),
  };
}

interface MulterFile {
  readonly fieldname: string;
  readonly originalname: string;
  readonly mimetype: string;
  readonly buffer: Buffer;
}
