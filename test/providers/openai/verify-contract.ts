// What every provider's `verify` must do, driven over real HTTP.
import { generateCACertificate, getLocal, type Mockttp } from 'mockttp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call, KeyProvider, VerdictKind } from '../../../src/providers/provider.ts';
import { Secret } from '../../../src/secret.ts';
import { type ModelServer, refusal, startAnywhere, startModelServer } from '../model-server.ts';

const key = 'sk-proj-CANARY-contract-0123456789abcdef';
const json = { 'content-type': 'application/json' };
const html = '<!doctype html><title>Sign in to the guest network</title>';

type Rule = (server: Mockttp) => Promise<unknown>;
const list = /\/v1\/models/;

const answering = (status: number, message: string, code: string | null = null, type?: string): Rule => {
  return (server) =>
    server
      .forGet(list)
      .always()
      .thenCallback(() => refusal(status, message, code, type));
};
const text = (status: number, body: string, headers = {}): Rule => {
  return (server) => server.forGet(list).always().thenReply(status, body, headers);
};

// Every message repeats the key, as some services have done.
const faults: readonly (readonly [string, Rule, VerdictKind])[] = [
  ['a wrong key', answering(401, `Incorrect API key provided: ${key}`, 'invalid_api_key'), 'invalid'],
  ['a wrong key without a code', answering(401, `no such key ${key}`), 'invalid'],
  ['a wrong key as 400', answering(400, `Incorrect API key provided: ${key}`, 'invalid_api_key'), 'invalid'],
  ['an expired key', answering(401, `the key ${key} has expired`, 'expired'), 'invalid'],
  ['a foreign organisation', answering(401, 'no', 'mismatched_organization'), 'invalid'],
  [
    'a missing scope',
    answering(403, 'Missing scopes: api.model.read', 'insufficient_scope'),
    'no-permission',
  ],
  [
    'a missing scope as 401',
    answering(401, 'You have insufficient permissions for this operation.'),
    'no-permission',
  ],
  ['a country', answering(403, 'no', 'unsupported_country_region_territory'), 'no-permission'],
  ['403', answering(403, 'no'), 'no-permission'],
  ['429', answering(429, 'Rate limit reached', 'rate_limit_exceeded', 'requests'), 'limited'],
  ['429 for lack of money', answering(429, 'quota', 'insufficient_quota', 'insufficient_quota'), 'no-funds'],
  ['429 for a limit of the project', answering(429, 'x', 'project_spend_limit_exceeded'), 'no-funds'],
  ['402', answering(402, 'pay'), 'no-funds'],
  [
    'an unverified organisation',
    answering(403, 'Your organization must be verified to use the model'),
    'unverified-organisation',
  ],
  ['404', answering(404, `not here ${key}`), 'unknown'],
  ['500', answering(500, `oops ${key}`, 'server_error'), 'unknown'],
  ['503', answering(503, 'busy', 'server_is_overloaded'), 'unknown'],
  ['a gateway', text(502, '<html>bad gateway</html>'), 'unknown'],
  ['a captive portal', text(200, html, { 'content-type': 'text/html' }), 'unknown'],
  ['a portal that says 401', text(401, html, { 'content-type': 'text/html' }), 'unknown'],
  ['an empty answer', text(200, ''), 'unknown'],
  ['half an answer', text(200, '{"data":[{"id":"gpt', json), 'unknown'],
  ['another API', text(200, '{"hello":"world"}', json), 'unknown'],
  ['null', text(200, 'null', json), 'unknown'],
  ['an error as text', text(401, '{"error":"who are you"}', json), 'invalid'],
  ['an error as detail', text(500, '{"detail":[{"msg":"x"}]}', json), 'unknown'],
  ['a redirect', text(302, '', { location: 'http://127.0.0.1:9/v1/models' }), 'unknown'],
  ['a redirect to itself', text(308, '', { location: '/v1/models' }), 'unknown'],
  ['a proxy that wants a password', text(407, ''), 'unknown'],
  ['a hang', (server) => server.forGet(list).always().thenTimeout(), 'unknown'],
  ['a closed connection', (server) => server.forGet(list).always().thenCloseConnection(), 'unknown'],
  ['a reset', (server) => server.forGet(list).always().thenResetConnection(), 'unknown'],
];

export function describeVerify(provider: KeyProvider): void {
  describe(`${provider.id}: verify`, () => {
    let server: ModelServer;
    beforeAll(async () => {
      server = await startModelServer([key]);
    });
    afterAll(() => server.stop());
    const call = (parts: Partial<Call> = {}): Call => ({
      ...{ secret: new Secret(key), baseUrl: server.baseUrl, fetch },
      ...parts,
    });

    it('accepts a good key, for nothing but a GET', async () => {
      const from = server.requests.length;
      const verdict = await provider.verify(call({ organisation: 'org-1', project: 'proj_1' }));
      expect(verdict).toMatchObject({ kind: 'valid', nextStep: '' });
      const [request] = server.requests.slice(from);
      expect(request?.headers).toMatchObject({
        authorization: `Bearer ${key}`,
        'openai-organization': 'org-1',
        'openai-project': 'proj_1',
      });
      expect(server.requests.slice(from).every(({ method }) => method === 'GET')).toBe(true);
    });

    it('tells a model that is there, its end, and one that is not', async () => {
      expect((await provider.verify(call(), 'gpt-image-2.5-sunburst')).model).toEqual({
        name: 'gpt-image-2.5-sunburst',
        available: true,
      });
      expect((await provider.verify(call(), 'gpt-image-1.5')).model).toEqual({
        ...{ name: 'gpt-image-1.5', available: true, shutdownDate: '2026-12-01' },
      });
      const missing = await provider.verify(call(), 'gpt-image-1');
      expect(missing).toMatchObject({ kind: 'valid', model: { name: 'gpt-image-1', available: false } });
      expect(missing.nextStep).toContain('gpt-image-2.5-sunburst');
    });

    it('takes nothing from the environment', async () => {
      const stray = {
        OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
        OPENAI_ORG_ID: 'org-stray',
        OPENAI_API_KEY: 'stray',
      };
      Object.assign(process.env, stray);
      try {
        const from = server.requests.length;
        expect((await provider.verify(call())).kind).toBe('valid');
        expect(server.requests[from]?.headers['openai-organization']).toBeUndefined();
      } finally {
        for (const name of Object.keys(stray)) delete process.env[name];
      }
    });

    it('says so where models are shown to anybody', async () => {
      const open = getLocal();
      await startAnywhere(open);
      await open
        .forGet(list)
        .always()
        .thenJson(200, { data: [{ id: 'sd' }] });
      const baseUrl = `http://127.0.0.1:${open.port}/v1`;
      const verdict = await provider.verify(call({ baseUrl }));
      expect(verdict.kind).toBe('unknown');
      expect(verdict.sentence).toContain('to anybody');
      const { secret: _, ...withoutKey } = call({ baseUrl });
      expect((await provider.verify(withoutKey)).kind).toBe('valid');
      await open.stop();
    });

    it.each(faults)('judges %s', async (name, rule, kind) => {
      const faulty = getLocal();
      await startAnywhere(faulty);
      await rule(faulty);
      const patience = name === 'a hang' ? { timeoutMs: 400 } : {};
      const baseUrl = `http://127.0.0.1:${faulty.port}/v1`;
      const verdict = await provider.verify(call({ baseUrl, ...patience }), 'm');
      expect(verdict.kind).toBe(kind);
      expect(verdict.sentence).toMatch(/^[a-zA-Z0-9].{8,}[^.]$/);
      expect(verdict.nextStep).not.toBe('');
      expect(JSON.stringify(verdict)).not.toContain('CANARY');
      await faulty.stop();
    });

    it('calls an address where nobody is, or that does not exist, unknown', async () => {
      for (const baseUrl of ['http://127.0.0.1:9/v1', 'https://nowhere.invalid/v1']) {
        expect((await provider.verify(call({ baseUrl }))).kind).toBe('unknown');
      }
    });

    it('does not trust a certificate by nobody, and sends the key to nobody behind it', async () => {
      const ca = await generateCACertificate();
      const fake = await startModelServer([key], { https: ca });
      const baseUrl = fake.baseUrl.replace('http:', 'https:');
      const verdict = await provider.verify(call({ baseUrl }));
      expect(verdict.kind).toBe('unknown');
      expect(verdict.sentence).toContain('certificate');
      expect(verdict.nextStep).toContain('NODE_EXTRA_CA_CERTS');
      expect(fake.requests).toEqual([]);
      await fake.stop();
    });

    it('gives up when the caller does', async () => {
      const controller = new AbortController();
      controller.abort(new Error('stopped by the user'));
      await expect(provider.verify(call({ signal: controller.signal }))).rejects.toThrow(
        'stopped by the user',
      );
    });
  });
}
