import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CommandError } from '../../../src/errors.ts';
import { openaiEdits } from '../../../src/providers/openai/openai-edits.ts';
import {
  type ContractAnswer,
  type ContractServer,
  startContractServer,
} from '../../helpers/openai-contract.ts';
import { hasShared } from '../../helpers/shared.ts';
import { callTo, failureOf, goodBody, key, picture, request } from '../edits.ts';

const environment = {
  OPENAI_BASE_URL: 'http://127.0.0.1:9/stolen',
  OPENAI_API_KEY: 'sk-environment-key',
  OPENAI_ADMIN_KEY: 'sk-admin-environment',
  OPENAI_ORG_ID: 'org-environment',
  OPENAI_PROJECT_ID: 'proj-environment',
  OPENAI_WEBHOOK_SECRET: 'whsec-environment',
  OPENAI_LOG: 'debug',
  OPENAI_CUSTOM_HEADERS:
    'X-Leak: environment\nAuthorization: Bearer sk-environment-key\nUser-Agent: environment',
};

let server: ContractServer;
let answer: ContractAnswer;

describe.skipIf(!hasShared)('openai over its published contract', () => {
  beforeAll(async () => {
    server = await startContractServer(() => answer);
  });
  afterAll(() => server.stop());

  it('sends a picture, what is asked for, and nothing else', async () => {
    answer = {
      status: 200,
      headers: { 'X-Request-Id': 'req_9', 'X-RateLimit-Remaining': '4' },
      body: goodBody,
    };
    const steps: string[] = [];
    const call = callTo(server.baseUrl, {
      organisation: 'org-1',
      project: 'proj-1',
      beforeSend: async () => {
        steps.push(`before ${server.requests.length}`);
      },
    });
    const before = server.requests.length;
    const result = await openaiEdits.enhance(request, call);
    expect(server.breaches).toEqual([]);
    expect(steps).toEqual([`before ${before}`]);
    expect(result).toMatchObject({
      ...{ bytes: picture, requestId: 'req_9' },
      usage: { inputTextTokens: 20, inputImageTokens: 1080, outputTokens: 1756 },
      headers: { 'x-ratelimit-remaining': '4' },
    });
    const seen = server.requests.at(-1);
    expect(seen?.path).toBe('/v1/images/edits');
    expect(seen?.fields).toEqual({
      ...{ model: 'gpt-image-2.5-sunburst', prompt: 'brighter', size: '1024x1024', quality: 'high' },
      output_format: 'png',
    });
    expect(seen?.files).toEqual([
      { name: 'image', filename: 'image.jpeg', type: 'image/jpeg', bytes: request.image.bytes },
    ]);
    expect(Object.keys(seen?.headers ?? {}).sort()).toEqual(
      [
        ...['accept', 'accept-encoding', 'accept-language', 'authorization', 'connection', 'content-length'],
        ...['content-type', 'host', 'openai-organization', 'openai-project', 'sec-fetch-mode', 'user-agent'],
        'x-client-request-id',
      ].sort(),
    );
    expect(seen?.headers).toMatchObject({
      ...{ authorization: `Bearer ${key}`, 'user-agent': 'imgsys', connection: 'close' },
      ...{ 'openai-organization': 'org-1', 'openai-project': 'proj-1' },
    });
  });

  it.each(
    openaiEdits.models.map((model) => [model.id, model] as const),
  )('sends %s every value it may', async (id, model) => {
    answer = { status: 200, body: goodBody };
    const longest = Math.max(0, ...Object.values(model.options).map((values) => values.length));
    for (let turn = 0; turn < Math.max(longest, model.qualities.length); turn++) {
      const pick = (values: readonly string[]) => values[turn % values.length] ?? '';
      const options = Object.fromEntries(
        Object.entries(model.options).map(([name, values]) => [name, pick(values)]),
      );
      const quality = pick(model.qualities);
      const mask = { ...request.image, type: 'image/png' as const };
      await openaiEdits.enhance({ ...request, model: id, quality, options, mask }, callTo(server.baseUrl));
      expect(server.requests.at(-1)?.fields).toMatchObject({ model: id, quality, ...options });
      expect(server.requests.at(-1)?.files.map(({ name, type }) => [name, type])).toEqual([
        ['image', 'image/jpeg'],
        ['mask', 'image/png'],
      ]);
    }
    expect(server.breaches).toEqual([]);
  });

  it('is watched by a server that notices a breach', async () => {
    const options = { input_fidelity: 'high', invented: 'x' };
    const error = await failureOf(openaiEdits.enhance({ ...request, options }, callTo(server.baseUrl)));
    expect(error).toMatchObject({ kind: 'invalid', charge: 'none', status: 400 });
    const { secret: _secret, ...keyless } = callTo(server.baseUrl);
    const refused = await failureOf(openaiEdits.enhance(request, keyless));
    expect(refused).toMatchObject({ kind: 'auth', charge: 'none', status: 401 });
  });

  it.each([
    '',
    '\nbad name: x',
    '\nX-Control: \u0001',
  ])('takes nothing from the SDK’s environment (%j)', async (more) => {
    answer = { status: 200, body: goodBody };
    const said = ['log', 'info', 'warn', 'error', 'debug'].map((name) =>
      vi.spyOn(console, name as 'log').mockImplementation(() => {}),
    );
    const custom = environment.OPENAI_CUSTOM_HEADERS + more;
    const before = { ...process.env };
    Object.assign(process.env, environment, { OPENAI_CUSTOM_HEADERS: custom });
    try {
      await openaiEdits.enhance(request, callTo(server.baseUrl));
      expect(process.env.OPENAI_CUSTOM_HEADERS).toBe(custom);
    } finally {
      for (const name of Object.keys(environment)) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
    expect(said.flatMap((spy) => spy.mock.calls)).toEqual([]);
    for (const spy of said) spy.mockRestore();
    const headers = JSON.stringify(server.requests.at(-1)?.headers);
    expect(headers).toContain(key);
    expect(headers).not.toMatch(/environment|x-leak|stainless|openai-org/i);
  });

  it('asks nobody when it may not be sent, and passes the reason on', async () => {
    const before = server.requests.length;
    const reason = new CommandError('over the limit', { exitCode: 8 });
    const beforeSend = async () => {
      throw reason;
    };
    await expect(openaiEdits.enhance(request, callTo(server.baseUrl, { beforeSend }))).rejects.toBe(reason);
    const signal = AbortSignal.abort();
    const stopped = await failureOf(openaiEdits.enhance(request, callTo(server.baseUrl, { signal })));
    expect(stopped).toMatchObject({ kind: 'cancelled', charge: 'none' });
    expect(server.requests.length).toBe(before);
  });
});
