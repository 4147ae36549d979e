// One picture by Imagine API Studio: a form that is answered with the picture.

import type { EnhanceCall, EnhanceRequest, EnhanceResult } from '../enhance.ts';
import { bearer } from '../http.ts';
import { formBody } from '../service/body.ts';
import { type ServiceFacts, serviceAt } from '../service/facts.ts';
import { order } from '../service/order.ts';
import { binaryResult } from '../service/pictures.ts';
import { imagine } from './imagine.ts';

/** POSTs the picture once, within `call.timeoutMs` (300 s). Throws CallError. */
export async function editByImagine(request: EnhanceRequest, call: EnhanceCall): Promise<EnhanceResult> {
  const { model, image, mask, prompt } = request;
  const to = Object.hasOwn(paths, model) ? paths[model] : undefined;
  if (to === undefined) throw new Error(`no endpoint for ${model}`);
  const body = formBody({ image, mask, ...(prompt !== '' && { prompt }) });
  const delivery = await order(imagineService, { to, body, headers: { accept: '*/*' } }, call);
  return binaryResult(serviceAt(imagineService, call.baseUrl), delivery);
}

const paths: Readonly<Record<string, string>> = {
  enhance: '/image/enhance',
  'background-remover': '/image/background/remover',
  'generative-fill': '/image/edits/generative-fill',
};

const imagineService: ServiceFacts = {
  ...{ id: imagine.id, label: imagine.label, baseUrl: imagine.baseUrl },
  authorize: bearer,
  rules: [
    {
      status: [401],
      kind: 'auth',
      sentence: ({ label }) => `${label} does not accept the key`,
      // Where keys are made is not known here.
      hint: () => 'copy it again, or make a new one in your account there',
    },
  ],
};
