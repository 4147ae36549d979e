// A service's list of models on this machine, that looks at keys as OpenAI does. It repeats the key in what it says, as
// real ones have done.
import { type CompletedRequest, getLocal, type Mockttp, type MockttpOptions } from 'mockttp';

export interface ModelServer {
  readonly mockttp: Mockttp;
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  /** Keys that are accepted; may be changed. */
  readonly keys: Set<string>;
  readonly requests: readonly CompletedRequest[];
  stop(): Promise<void>;
}

export const models = [
  { id: 'gpt-image-2.5-sunburst', object: 'model', created: 1, owned_by: 'system', shutdown_date: null },
  { id: 'gpt-image-1.5', object: 'model', created: 1, owned_by: 'system', shutdown_date: '2026-12-01' },
];

export async function startModelServer(
  keys: Iterable<string>,
  options: MockttpOptions = {},
): Promise<ModelServer> {
  const mockttp = getLocal(options);
  await startAnywhere(mockttp);
  const accepted = new Set(keys);
  const requests: CompletedRequest[] = [];
  await mockttp
    .forGet(/^.*\/v1\/models(\/.*)?$/)
    .always()
    .thenCallback((request) => {
      requests.push(request);
      const key = String(request.headers.authorization ?? '').replace(/^Bearer /, '');
      if (!accepted.has(key)) return refusal(401, `Incorrect API key provided: ${key}.`, 'invalid_api_key');
      const [, name] = /\/v1\/models\/(.+)$/.exec(request.path) ?? [];
      if (name === undefined) return { statusCode: 200, json: { object: 'list', data: models } };
      const model = models.find(({ id }) => id === decodeURIComponent(name));
      return model === undefined
        ? refusal(404, `The model '${name}' does not exist`, 'model_not_found')
        : { statusCode: 200, json: model };
    });
  return {
    ...{ mockttp, baseUrl: `${mockttp.url.replace('localhost', '127.0.0.1')}/v1`, keys: accepted, requests },
    stop: () => mockttp.stop(),
  };
}

/** Starts a server in a range of ports of this process: test files run side by side. */
export function startAnywhere(server: Mockttp): Promise<void> {
  const startPort = 20_000 + (process.pid % 300) * 100;
  return server.start({ startPort, endPort: startPort + 99 });
}

/** An error as OpenAI's API writes it. */
export function refusal(
  status: number,
  message: string,
  code: string | null,
  type = 'invalid_request_error',
) {
  return {
    statusCode: status,
    headers: { 'x-request-id': 'req_fake' },
    json: { error: { message, type, param: null, code } },
  };
}
