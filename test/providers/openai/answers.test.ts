// Every answer a service or a gateway may give, and what comes of it.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openaiEdits } from '../../../src/providers/openai/openai-edits.ts';
import { redactor } from '../../../src/redact.ts';
import { Secret } from '../../../src/secret.ts';
import { callTo, failureOf, goodBody, key, picture, request, serveRaw, whenSent, wire } from '../edits.ts';

redactor.learn(new Secret(key));

async function served(status: number, body: string | Buffer, headers = {}) {
  const baseUrl = await serveRaw(whenSent('all', (socket) => socket.end(wire(status, body, headers))));
  return callTo(baseUrl);
}

const html = '<!doctype html><title>502 Bad Gateway</title>';
const api = (code: string | null, message = 'because', type = 'invalid_request_error') =>
  JSON.stringify({ error: { message, type, param: null, code } });

// Status, body, kind, charge.
const refusals: readonly (readonly [number, string, string, string])[] = [
  [400, api('moderation_blocked', 'blocked', 'image_generation_user_error'), 'refused', 'none'],
  [400, api('image_too_large'), 'refused', 'none'],
  [400, api('image_too_small'), 'refused', 'none'],
  [400, api('invalid_image'), 'refused', 'none'],
  [400, api('invalid_image_file'), 'refused', 'none'],
  [400, api('unsupported_image_format'), 'refused', 'none'],
  [
    400,
    api(null, 'Invalid image file or mode for image 1, please check your image file.'),
    'refused',
    'none',
  ],
  [400, api('invalid_value'), 'invalid', 'none'],
  [400, api('unknown_parameter'), 'invalid', 'none'],
  [400, api('invalid_input_fidelity_model'), 'invalid', 'none'],
  [
    400,
    api('unsupported_model', 'Your organization must be verified to use the model'),
    'permission',
    'none',
  ],
  [403, api(null, 'Your organization must be verified to use the model `x`'), 'permission', 'none'],
  [400, api('billing_hard_limit_reached'), 'quota', 'none'],
  [401, api('invalid_api_key', `Incorrect API key provided: ${key}`), 'auth', 'none'],
  [
    401,
    api(null, 'You have insufficient permissions. Missing scopes: api.model.images.request'),
    'permission',
    'none',
  ],
  [403, api('insufficient_scope'), 'permission', 'none'],
  [403, api('unsupported_country_region_territory'), 'permission', 'none'],
  [401, api('mismatched_organization'), 'auth', 'none'],
  [402, '', 'quota', 'none'],
  [403, api('model_not_found', 'Project `proj_1` does not have access to model `m`'), 'permission', 'none'],
  [404, api('model_not_found'), 'permission', 'none'],
  [404, '404 page not found', 'invalid', 'none'],
  [409, api('conflict'), 'busy', 'none'],
  [413, '<html>413 Request Entity Too Large</html>', 'refused', 'none'],
  [422, JSON.stringify({ detail: [{ msg: 'field required' }] }), 'invalid', 'none'],
  [429, api('rate_limit_exceeded', 'on input-images per min: Limit 5', 'input-images'), 'rate', 'none'],
  [
    429,
    api('rate_limit_exceeded', 'on input-images per min: Limit 0, Used 0', 'input-images'),
    'quota',
    'none',
  ],
  [429, api('rate_limit_exceeded', 'on tokens per min: Limit 0.5, Used 0', 'tokens'), 'rate', 'none'],
  [429, api('slow_down'), 'rate', 'none'],
  [429, html, 'rate', 'none'],
  ...[
    'insufficient_quota',
    'credit_balance_exhausted',
    'organization_spend_limit_exceeded',
    'project_spend_limit_exceeded',
    'organization_usage_limit_exceeded',
  ].map((code) => [429, api(code, 'no', 'insufficient_quota'), 'quota', 'none'] as const),
  [429, api(null, 'You exceeded your current quota, please check your plan'), 'quota', 'none'],
  [500, api('server_error', 'oops', 'server_error'), 'busy', 'none'],
  [500, JSON.stringify({ error: 'out of memory' }), 'busy', 'none'],
  [500, html, 'busy', 'unsettled'],
  [500, 'Internal Server Error', 'busy', 'unsettled'],
  [500, JSON.stringify({ message: 'Internal server error' }), 'busy', 'unsettled'],
  [501, JSON.stringify({ error: { message: 'not here' } }), 'invalid', 'none'],
  [502, html, 'busy', 'unsettled'],
  [502, api('server_error'), 'busy', 'unsettled'],
  [503, api('server_is_overloaded', 'busy', 'service_unavailable_error'), 'busy', 'none'],
  [503, html, 'busy', 'unsettled'],
  [504, JSON.stringify({ message: 'Endpoint request timed out' }), 'busy', 'unsettled'],
  [520, html, 'busy', 'unsettled'],
  [524, api('server_error'), 'busy', 'unsettled'],
  [408, html, 'busy', 'unsettled'],
  [307, '', 'protocol', 'none'],
];

describe('a refusal', () => {
  it.each(refusals)('%i %s is %s, %s', async (status, body, kind, charge) => {
    const call = await served(status, body, {
      'X-Request-Id': 'req_7',
      'Retry-After': '3',
      location: '/other',
    });
    const error = await failureOf(openaiEdits.enhance(request, call));
    expect(error).toMatchObject({ kind, charge, status, requestId: 'req_7', uploadBroken: false });
    expect(error.headers).toMatchObject({ 'x-request-id': 'req_7', 'retry-after': '3' });
    expect(error.evidence).toBeUndefined();
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('CANARY');
    expect(error.message).toMatch(/^[\w“]/);
  });

  it('names what moderation objects to, and what to do', async () => {
    const error = {
      ...{ message: 'rejected by the safety system', code: 'moderation_blocked' },
      moderation_details: { moderation_stage: 'output', categories: ['harassment', 'self\u001b[31m-harm'] },
    };
    const call = await served(400, JSON.stringify({ error }));
    const failure = await failureOf(openaiEdits.enhance(request, call));
    expect(failure.message).toContain('safety system (output, harassment, self\\e[31m-harm)');
    expect(failure.hint).toContain('prompt');
  });

  it('says how to have an organisation verified', async () => {
    const call = await served(403, api(null, 'Your organization must be verified to use the model'));
    expect((await failureOf(openaiEdits.enhance(request, call))).hint).toContain('platform.openai.com');
  });
});

const encoded = picture.toString('base64');
const useless: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['malformed JSON', JSON.stringify(goodBody).slice(0, -9)],
  ['a web page', html],
  ['a number', '7'],
  ['no data', '{}'],
  ['empty data', '{"data":[]}'],
  ['data without a picture', '{"data":[{}]}'],
  ['an empty picture', '{"data":[{"b64_json":""}]}'],
  ['garbage', JSON.stringify({ data: [{ b64_json: '!!! not base64 !' }] })],
  [
    'a line break in it',
    JSON.stringify({ data: [{ b64_json: `${encoded.slice(0, 7)}\n${encoded.slice(8)}` }] }),
  ],
  ['truncated base64', JSON.stringify({ data: [{ b64_json: encoded.slice(0, -3) }] })],
  ['padding in the middle', JSON.stringify({ data: [{ b64_json: `QQ==${encoded}` }] })],
  ['a number for a picture', '{"data":[{"b64_json":7}]}'],
  ['an address nobody may ask', '{"data":[{"url":"http://169.254.169.254/latest"}]}'],
  ['a file', '{"data":[{"url":"file:///etc/passwd"}]}'],
  ['a damaged data URL', '{"data":[{"url":"data:image/png;base64,@@@@"}]}'],
];

describe('a 2xx answer with', () => {
  it.each(useless)('%s is paid for, and kept whole', async (_what, body) => {
    const call = await served(200, body, { 'x-request-id': 'req_8' });
    const error = await failureOf(openaiEdits.enhance(request, call));
    expect(error).toMatchObject({ kind: 'protocol', charge: 'paid', status: 200, requestId: 'req_8' });
    expect(error.evidence?.toString()).toBe(body);
  });

  it('more than was announced is cut there, as HTTP says', async () => {
    const body = JSON.stringify(goodBody);
    const call = await served(200, body, { 'content-length': String(body.length - 5) });
    const error = await failureOf(openaiEdits.enhance(request, call));
    expect(error).toMatchObject({ kind: 'protocol', charge: 'paid' });
    expect(error.evidence?.length).toBe(body.length - 5);
  });

  it('less than was announced is no whole answer', async () => {
    const body = JSON.stringify(goodBody);
    const call = await served(200, body, { 'content-length': String(body.length + 5) });
    const error = await failureOf(openaiEdits.enhance(request, call));
    expect(error).toMatchObject({ kind: 'network', charge: 'unsettled' });
  });

  it.each(['url', 'b64_json'])('a data URL as %s is a picture', async (name) => {
    const call = await served(
      200,
      JSON.stringify({ data: [{ [name]: `data:image/png;base64,${encoded}` }] }),
    );
    const result = await openaiEdits.enhance(request, call);
    expect(result.bytes).toEqual(picture);
    expect(result.usage).toBeUndefined();
  });

  it('a large picture is read', async () => {
    const large = Buffer.alloc(30 * 2 ** 20, 5);
    const call = await served(200, JSON.stringify({ data: [{ b64_json: large.toString('base64') }] }));
    expect((await openaiEdits.enhance(request, call)).bytes.equals(large)).toBe(true);
  });

  it('more than can be meant is not read', async () => {
    const call = await served(200, Buffer.alloc(90 * 2 ** 20, 65));
    const error = await failureOf(openaiEdits.enhance(request, call));
    expect(error).toMatchObject({ kind: 'protocol', charge: 'paid' });
    expect(error.message).toContain('64 MiB');
  });
});
