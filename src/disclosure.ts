// Which label the work of a service gets. By the definitions of NewsCodes:
//
// | what was done                                  | label                                | since                        |
// | ---------------------------------------------- | ------------------------------------ | ---------------------------- |
// | upscale, denoise, enhance by a faithful model  | algorithmicallyEnhanced              | the main content is the same |
// | remove-background, or a colour put behind      | algorithmicallyEnhanced              | the picture's own pixels     |
// | a cut-out put on a picture                     | composite                            | nobody knows how that one was made |
// | everything that paints, with a mask or without | compositeWithTrainedAlgorithmicMedia | "such as with inpainting or outpainting" |
import type { ResultShape } from './images/restore/shape.ts';
import type { OperationName } from './operations.ts';
import type { RemoteRecipe } from './purchases/recipe.ts';
import type { Disclosure, SourceType } from './source-types.ts';

/** What a result says of the service that made it; `shape` is that of the picture. */
export function madeByService(
  { provider, model, wish }: Pick<RemoteRecipe, 'provider' | 'model' | 'wish'>,
  shape: Pick<ResultShape, 'colours' | 'background'>,
): Disclosure {
  const sourceType = typeFor(wish.operation, model.isCreative, shape);
  const [name = '', version] = model.id.split(/:(?=[0-9a-f]{16,}$)/);
  // A server of the user's own has no name but that of its model.
  const label = provider.id === 'openai-compatible' ? undefined : provider.label;
  return {
    sourceType,
    system: label === undefined ? name : `${label} ${name}`,
    ...(version !== undefined && { version }),
    credit: creditFor(sourceType, label),
  };
}

const repairing: readonly OperationName[] = ['upscale', 'denoise', 'enhance'];

function typeFor(
  operation: OperationName,
  isCreative: boolean,
  { colours, background }: Pick<ResultShape, 'colours' | 'background'>,
): SourceType {
  if (background?.kind === 'picture') return 'composite';
  if (colours === 'source') return 'algorithmicallyEnhanced';
  return repairing.includes(operation) && !isCreative
    ? 'algorithmicallyEnhanced'
    : 'compositeWithTrainedAlgorithmicMedia';
}

const longestCredit = 32;

function creditFor(sourceType: SourceType, label: string | undefined): string {
  const verb = sourceType === 'compositeWithTrainedAlgorithmicMedia' ? 'Edited' : 'Enhanced';
  const named = `${verb} with AI (${label})`;
  return label === undefined || named.length > longestCredit ? `${verb} with AI` : named;
}
