// What a preset file asks of AI providers besides its prompt.
import type { OperationName } from '../operations.ts';
import type { OwnTolerance } from './drift-tolerances.ts';
import type { GenerativeAction } from './preset.ts';

export interface OwnFields {
  readonly prompt: string;
  readonly operation: OperationName | undefined;
  readonly prompts: Readonly<Record<string, string>> | undefined;
  readonly drift: OwnTolerance | undefined;
}

/**
 * The operation, the words by provider and the tolerance: those of the file, else those of its base, with the file's words
 * behind them.
 */
export function ownAsked(
  base: GenerativeAction | undefined,
  { prompt, operation, prompts, drift }: OwnFields,
): Pick<GenerativeAction, 'operation' | 'prompts' | 'drift'> {
  // The usual one need not be said.
  const said = operation === 'enhance' ? undefined : operation;
  const asked = operation === undefined ? base?.operation : said;
  // The words and the tolerance of a base are for what it does.
  const isSame = asked === base?.operation;
  const given = isSame ? Object.entries(base?.prompts ?? {}) : [];
  const begun = given.map(([id, words]) => [id, `${words}\n${prompt}`] as const);
  const all = { ...Object.fromEntries(begun), ...prompts };
  const tolerated = { ...(isSame && base?.drift), ...drift };
  return {
    ...(Object.keys(tolerated).length === 0 ? {} : { drift: tolerated }),
    ...(asked === undefined ? {} : { operation: asked }),
    ...(Object.keys(all).length === 0 ? {} : { prompts: all }),
  };
}
