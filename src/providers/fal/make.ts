// One picture by a model of fal.
import { parseJson } from '../../json.ts';
import type { EnhanceCall, EnhanceRequest, EnhanceResult, Upload } from '../enhance.ts';
import { isRecord } from '../http.ts';
import { asDataUrl, jsonBody } from '../service/body.ts';
import { serviceAt } from '../service/facts.ts';
import { type Delivery, maxPictureBytes, paidForNothing } from '../service/order.ts';
import { addressResult } from '../service/pictures.ts';
import { checkRequest, inputOf, type Sent } from './input.ts';
import { findFalModel } from './models.ts';
import { resultOf, submit } from './queue.ts';
import { falService } from './service.ts';
import { upload } from './upload.ts';

/** Larger ones are uploaded; each model takes the address of a picture, data URLs are read as one. */
const maxInlineBytes = 4 * 2 ** 20;

/** Uploads what is large, POSTs the job once, waits for it and fetches its picture. Throws CallError. */
export async function makeByFal(request: EnhanceRequest, call: EnhanceCall): Promise<EnhanceResult> {
  const model = findFalModel(request.model);
  checkRequest(model, request);
  const image = await sentAs(request.image, call);
  const mask = request.mask && (await sentAs(request.mask, call));
  const body = await jsonBody(inputOf(model, request, { image, mask }));
  const job = await submit(model.id, body, call);
  await call.onAccepted(job);
  return pictureOf(await resultOf(job, call, { isOld: false }), model.id, call);
}

/** The picture of a job that was submitted earlier. */
export async function collectFromFal(job: string, model: string, call: EnhanceCall): Promise<EnhanceResult> {
  return pictureOf(await resultOf(job, call, { isOld: true }), model, call);
}

async function sentAs(picture: Upload, call: EnhanceCall): Promise<Sent> {
  return picture.bytes.length <= maxInlineBytes ? asDataUrl(picture) : upload(picture, call);
}

// An answer has `image`, or `images` of which the first counts.
function pictureOf(delivery: Delivery, model: string, call: EnhanceCall): Promise<EnhanceResult> {
  const service = serviceAt(falService, call.baseUrl);
  const told = parseJson(delivery.answer.body.toString('utf8'));
  const answer = isRecord(told) ? told : {};
  const [first] = Array.isArray(answer.images) ? answer.images : [answer.image];
  const address = isRecord(first) ? first.url : undefined;
  const flags: unknown = answer.has_nsfw_concepts;
  if (Array.isArray(flags) && flags[0] === true) {
    const why = 'made the picture and blacked it out: its safety checker objects';
    throw paidForNothing(service, delivery, why, { kind: 'refused', code: 'has_nsfw_concepts' });
  }
  if (typeof address !== 'string' || address === '') {
    throw paidForNothing(service, delivery, 'answered without a picture');
  }
  // What is enlarged four times has sixteen times the bytes, as PNG.
  const maxBytes =
    model.includes('upscale') || model === 'fal-ai/esrgan' ? 4 * maxPictureBytes : maxPictureBytes;
  return addressResult(falService, delivery, address, call, { isJobOut: true, maxBytes });
}
