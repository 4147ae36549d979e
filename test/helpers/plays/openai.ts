import { lastOf, type Play, readForm } from './play.ts';

const models = ['gpt-image-2.5-sunburst', 'gpt-image-2.5-flare'].map((id) => ({
  ...{ id, object: 'model', created: 1_788_825_600, owned_by: 'system', shutdown_date: null },
}));

/** OpenAI's images, and those of its copies: the picture as base64 within the answer. */
export const openaiPlay: Play = {
  base: '/v1',
  isOrder: ({ method, path }) => method === 'POST' && path === '/images/edits',
  read: (request) => readForm(request, 'image'),
  async answer({ method, path, headers: given }, { orders, make }) {
    if (given.authorization === undefined) return { status: 401, body: { error: withoutKey } };
    if (path === '/models') return { body: { object: 'list', data: models } };
    if (path.startsWith('/models/')) return { body: models[0] };
    if (method !== 'POST' || path !== '/images/edits') return undefined;
    const data = [{ b64_json: (await make(lastOf(orders))).toString('base64') }];
    const headers = { 'x-request-id': `req_${orders.length}`, 'x-ratelimit-remaining-input-images': '4' };
    return { headers, body: { created: 1_795_219_200, output_format: 'png', data, usage } };
  },
};

const withoutKey = {
  ...{ message: "You didn't provide an API key.", type: 'invalid_request_error', param: null, code: null },
};

const usage = {
  ...{ input_tokens: 1100, input_tokens_details: { text_tokens: 20, image_tokens: 1080 } },
  ...{ output_tokens: 1756, total_tokens: 2856 },
};
