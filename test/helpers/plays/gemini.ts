import { lastOf, type Play, type Request } from './play.ts';

/** Gemini's `generateContent`: a picture in JSON in, one in JSON out. */
export const geminiPlay: Play = {
  base: '/v1beta',
  isOrder: ({ method, path }) => method === 'POST' && /^\/models\/[\w.-]+:generateContent$/.test(path),
  read(request) {
    const { contents, generationConfig } = JSON.parse(request.body.toString());
    const [picture, words] = contents[0].parts;
    return {
      ...{ path: request.path, picture: Buffer.from(picture.inlineData.data, 'base64'), mask: undefined },
      fields: { prompt: words.text, ...generationConfig.imageConfig },
    };
  },
  async answer(request, { orders, make }) {
    if (request.path === '/models?pageSize=1') return { body: { models: [model], nextPageToken: 'x' } };
    if (request.method === 'GET' && request.path.startsWith('/models/')) return { body: model };
    if (!isGeneration(request)) return undefined;
    const data = (await make(lastOf(orders))).toString('base64');
    const parts = [{ text: 'Here it is.' }, { inlineData: { mimeType: 'image/png', data } }];
    const candidates = [{ content: { parts, role: 'model' }, finishReason: 'STOP', index: 0 }];
    const body = { candidates, usageMetadata, modelVersion: 'gemini-3.1-flash-image', responseId: 'r-1' };
    return { body, headers: { 'x-goog-request-id': `g-${orders.length}` } };
  },
};

const isGeneration = ({ path }: Request) => path.endsWith(':generateContent');

const model = { name: 'models/gemini-3.1-flash-image', supportedGenerationMethods: ['generateContent'] };

/** 2K: 1680 tokens. */
export const usageMetadata = {
  ...{ promptTokenCount: 1190, candidatesTokenCount: 1700, totalTokenCount: 2890 },
  promptTokensDetails: [
    { modality: 'TEXT', tokenCount: 70 },
    { modality: 'IMAGE', tokenCount: 1120 },
  ],
  candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1680 }],
};
