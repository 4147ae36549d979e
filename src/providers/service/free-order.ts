// Orders that cost nothing and start nothing, such as a file sent ahead of the call that needs it.
import { CallError, type EnhanceCall } from '../enhance.ts';
import type { ServiceFacts } from './facts.ts';
import { type OrderRequest, order } from './order.ts';

/**
 * As `order`, before the call counts as sent. Throws CallError with charge `none` whatever became of it, with `hint` where
 * the error brings none of its own.
 */
export async function orderForFree(
  facts: ServiceFacts,
  request: OrderRequest,
  call: EnhanceCall,
  hint: (error: CallError) => string | undefined,
): ReturnType<typeof order> {
  try {
    return await order(facts, request, { ...call, beforeSend: async () => {} });
  } catch (error) {
    throw error instanceof CallError ? asFree(error, hint) : error;
  }
}

function asFree(error: CallError, hintFor: (error: CallError) => string | undefined): CallError {
  const { provider, kind, status, code, requestId, headers, uploadBroken } = error;
  const hint = error.charge === 'none' ? error.hint : hintFor(error);
  return new CallError(error.message.replace(/; the call is paid for$/, ''), {
    ...{ provider, kind, status, code, requestId, headers, uploadBroken, hint, charge: 'none' },
  });
}
