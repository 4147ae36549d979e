import { describe, expect, it } from 'vitest';
import { nextCommand } from '../../src/commands/key/describe.ts';
import type { KeyEntry } from '../../src/keystore/keystore.ts';
import { enhanceProviders } from '../../src/providers/enhance-providers.ts';
import { keyProviders } from '../../src/providers/key-providers.ts';

const entry = (id: string, isDefault = true) => ({ id: `${id}/team`, name: 'team', isDefault }) as KeyEntry;

describe('what is told to run once a key is there', () => {
  it.each(keyProviders)('is something that $id does', async (provider) => {
    const command = await nextCommand(provider, entry(provider.id));
    const { modelFor } = enhanceProviders.find(({ id }) => id === provider.id) ?? { modelFor: {} };
    const preset = / -p (\S+)/.exec(command)?.[1];
    expect(Object.keys(modelFor)).toContain(preset ?? 'enhance');
    expect(command).toContain(`--provider ${provider.id}`);
  });

  it('names a key that is not the default', async () => {
    const [provider] = keyProviders;
    if (provider === undefined) throw new Error('no provider');
    expect(await nextCommand(provider, entry(provider.id, false))).toContain(' --key team');
  });
});
