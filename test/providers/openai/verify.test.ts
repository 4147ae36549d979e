import { LLMock } from '@copilotkit/aimock';
import { describe, expect, it } from 'vitest';
import { openai } from '../../../src/providers/openai/openai.ts';
import { Secret } from '../../../src/secret.ts';
import { describeVerify } from './verify-contract.ts';

describeVerify(openai);

describe('openai', () => {
  it('asks about its default model unless another is named', async () => {
    const seen: string[] = [];
    const answer = async (address: string | URL | Request) => {
      seen.push(String(address));
      return Response.json({ data: [{ id: 'gpt-image-2.5-sunburst' }] });
    };
    const call = { secret: new Secret('sk-x'), baseUrl: 'https://api.openai.com/v1', fetch: answer };
    const verdict = await openai.verify(call);
    expect(verdict.model).toEqual({ name: 'gpt-image-2.5-sunburst', available: true });
    // The list of OpenAI itself is private: one question is enough.
    expect(seen).toEqual(['https://api.openai.com/v1/models']);
  });

  it('finds a model with a key that may not list', async () => {
    const answer = async (address: string | URL | Request) =>
      String(address).endsWith('/models')
        ? Response.json({ error: { message: 'Missing scopes: api.model.read' } }, { status: 403 })
        : Response.json({ id: 'gpt-image-2', shutdown_date: '2027-06-01' });
    const call = { secret: new Secret('sk-x'), baseUrl: 'https://api.openai.com/v1', fetch: answer };
    expect(await openai.verify(call, 'gpt-image-2')).toMatchObject({
      kind: 'valid',
      model: { available: true, shutdownDate: '2027-06-01' },
    });
    expect(await openai.verify(call, 'another')).toMatchObject({ kind: 'no-permission' });
  });

  it('points to its pages only for its own address', async () => {
    const answer = async () => Response.json({ error: { code: 'invalid_api_key' } }, { status: 401 });
    const secret = new Secret('sk-x');
    const own = await openai.verify({ secret, baseUrl: 'https://api.openai.com/v1', fetch: answer });
    expect(own.nextStep).toContain('https://platform.openai.com/api-keys');
    const gateway = await openai.verify({ secret, baseUrl: 'https://gateway.example/v1', fetch: answer });
    expect(gateway.sentence).toContain('gateway.example');
    expect(gateway.nextStep).not.toContain('openai.com');
  });

  it('understands an independent stand-in', async () => {
    const mock = new LLMock({ port: 0, logLevel: 'silent', auth: { apiKeys: ['sk-good-0123456789abcdef'] } });
    const url = await mock.start();
    const call = (key: string) => ({ secret: new Secret(key), baseUrl: `${url}/v1`, fetch });
    const kinds = [];
    for (const key of ['sk-good-0123456789abcdef', 'sk-bad-0123456789abcdef']) {
      kinds.push((await openai.verify(call(key))).kind);
    }
    await mock.stop();
    expect(kinds).toEqual(['valid', 'invalid']);
  });
});
