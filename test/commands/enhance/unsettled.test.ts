import { expect, it } from 'vitest';
import { askToRetry } from '../../../src/commands/enhance/unsettled.ts';
import type { KeyContext } from '../../../src/credentials/key-context.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import type { RemoteRecipe } from '../../../src/purchases/recipe.ts';

const recipe = { retryUnsettled: 'ask', provider: { id: 'fal' }, model: { id: 'm' } } as RemoteRecipe;
const call = (more: object) => ({ provider: 'fal', model: 'm', state: 'unsettled', ...more });
const jobOut = call({ job: 'j', reservedMicrousd: 1_000_000 });

async function ask(...calls: object[]) {
  const asked: string[] = [];
  const confirm = async (question: string) => asked.push(question) > 0;
  const context = { interactive: true, prompts: async () => ({ confirm }) } as unknown as KeyContext;
  const ledger = { purchases: { unsettled: () => calls } } as unknown as Ledger;
  return { repeat: await askToRetry(recipe, ledger, context), asked };
}

it('nobody is asked to buy again what can be collected', async () => {
  expect(await ask(jobOut)).toEqual({ repeat: { unsettled: false, useless: false }, asked: [] });
  const { repeat, asked } = await ask(jobOut, call({ reservedMicrousd: 20_000 }));
  expect(repeat.unsettled).toBe(true);
  expect(asked).toEqual([
    '1 earlier call may have been charged without a picture (at most $0.02). Buy such pictures again?',
  ]);
});
