// One edit by Gemini's `generateContent`.
import { CallError, type EnhanceCall, type EnhanceRequest, type EnhanceResult } from '../enhance.ts';
import { asBase64, jsonBody } from '../service/body.ts';
import { type ServiceFacts, serviceAt } from '../service/facts.ts';
import { type Delivery, order, paidForNothing } from '../service/order.ts';
import { encodedResult } from '../service/pictures.ts';
import { type GeminiContent, readGeminiAnswer } from './answer.ts';
import { geminiModels } from './models.ts';
import { geminiService } from './service.ts';
import { ratioOf } from './sizes.ts';

/** POSTs `/models/{model}:generateContent` once, within `call.timeoutMs` (300 s). Throws CallError. */
export async function editByGemini(request: EnhanceRequest, call: EnhanceCall): Promise<EnhanceResult> {
  const body = await jsonBody(contentOf(request));
  const to = `/models/${encodeURIComponent(request.model)}:generateContent`;
  const delivery = await order(geminiService, { to, body }, call);
  const content = await readGeminiAnswer(delivery.answer.body);
  const service = serviceAt(geminiService, call.baseUrl);
  if (content.kind === 'none') throw withoutPicture(service, delivery, content);
  return encodedResult(service, delivery, content.base64, content.usage && { usage: content.usage });
}

function contentOf({ model, prompt, image, size, quality }: EnhanceRequest) {
  const hasClasses = (geminiModels.find(({ id }) => id === model)?.qualities.length ?? 0) > 1;
  const aspectRatio = size && ratioOf(size);
  const imageConfig = {
    ...(aspectRatio !== undefined && { aspectRatio }),
    ...(hasClasses && quality !== undefined && { imageSize: quality }),
  };
  const picture = { inlineData: { mimeType: image.type, data: asBase64(image) } };
  return {
    contents: [{ role: 'user', parts: [picture, { text: prompt }] }],
    generationConfig: { responseModalities: ['IMAGE'], imageConfig },
  };
}

// A 200 without a picture. Google bills pictures by the tokens they are made of: where the answer counts some, one was made
// and held back, and is paid for. Where it counts none, the most that was billed are the tokens of the question, less than
// a cent, and the picture may be tried again with another prompt; so it counts as free. An answer that gives no reason and
// counts nothing tells neither, and a 2xx is then paid.
function withoutPicture(
  service: ServiceFacts,
  delivery: Delivery,
  { reason, text, isCounted, usage }: Extract<GeminiContent, { kind: 'none' }>,
): CallError {
  const why = refusals.find(({ says }) => reason !== undefined && says.test(reason));
  const said = [reason, text].filter(Boolean).join(': ');
  if (isCounted || (reason === undefined && usage === undefined)) {
    return paidForNothing(service, delivery, `answered without a picture${said && ` (${said})`}`, {
      ...{ code: reason, usage, kind: why === undefined ? 'protocol' : 'refused' },
    });
  }
  const { answer, requestId } = delivery;
  return new CallError(`${service.label} ${why?.sentence ?? 'made no picture'}${said && `: ${said}`}`, {
    ...{ provider: service.id, kind: 'refused', charge: 'none', status: answer.status, code: reason },
    ...{ headers: answer.headers, requestId },
    hint: why?.hint ?? 'change the prompt, or run the command again',
  });
}

interface Refusal {
  readonly says: RegExp;
  readonly sentence: string;
  readonly hint: string;
}

const unchanged = 'change the prompt or leave the picture out: sent unchanged it is blocked again';

// `promptFeedback.blockReason` and `finishReason` (@google/genai 3.1.0, BlockedReason and FinishReason).
const refusals: readonly Refusal[] = [
  {
    says: /RECITATION/,
    sentence: 'holds the picture back: it comes too near to one that exists',
    hint: unchanged,
  },
  {
    says: /SAFETY|PROHIBITED_CONTENT|BLOCKLIST|SPII|JAILBREAK|MODEL_ARMOR/,
    sentence: 'blocks the picture or the prompt',
    hint: unchanged,
  },
  {
    says: /^(?:OTHER|IMAGE_OTHER|NO_IMAGE|STOP|LANGUAGE)$/,
    sentence: 'made no picture',
    hint: 'say in the prompt that the photograph is to be edited, or name another --model',
  },
];
