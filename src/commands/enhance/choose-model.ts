// Which model of a provider does what is wanted, and who else would where it has none.
import type { CommandError } from '../../errors.ts';
import type { OperationName } from '../../operations.ts';
import type { EnhanceProvider } from '../../providers/enhance.ts';
import type { EditModel } from '../../providers/model.ts';
import { printable } from '../../text.ts';
import type { Demand } from './demands.ts';
import { usage } from './usage.ts';
import { factsOf } from './wish-flags.ts';

export interface Choice {
  readonly operation: OperationName;
  /** `--model`. */
  readonly named: string | undefined;
  /** By the preset. */
  readonly suggested: string | undefined;
  /** The first is that of the operation. */
  readonly demands: readonly Demand[];
  /** `YYYY-MM-DD`. */
  readonly today: string;
  readonly providers: readonly EnhanceProvider[];
  /** Whether this processor does the preset, too. */
  readonly locally: boolean;
}

/**
 * The model that is named; else the preset's or the provider's own for the operation; else the first of its others that
 * takes all that is wanted. One that invents detail where it enlarges is taken by its name or by `--creative` alone.
 * Throws CommandError (2) naming those that do, of this provider and of others.
 */
export function chooseModel(provider: EnhanceProvider, choice: Choice): EditModel {
  const { operation, named, suggested, demands, today } = choice;
  const usual = suggested ?? provider.modelFor[operation];
  if (named !== undefined) {
    const model = provider.findModel(named, today);
    const broken = demands.find(({ holds, faithful }) => faithful === undefined && !holds(model));
    if (broken === undefined) return model;
    throw refused(broken, model, provider, choice);
  }
  if (usual === undefined) throw cannot(provider, choice);
  const first = provider.findModel(usual === '' ? undefined : usual, today);
  if (meets(first, demands)) return first;
  const others = living(provider, today);
  const other = others.find((model) => meets(model, demands));
  if (other !== undefined) return other;
  throw whyNone([first, ...others], provider, choice);
}

// By the model that comes nearest: what another one holds is not what is wrong.
function whyNone(models: readonly EditModel[], provider: EnhanceProvider, choice: Choice): CommandError {
  const { operation, demands } = choice;
  const held = (model: EditModel) => demands.filter(({ holds }) => holds(model)).length;
  const [nearest] = models
    .filter(({ operations }) => operations.includes(operation))
    .sort((one, two) => held(two) - held(one));
  const broken = nearest && demands.find(({ holds }) => !holds(nearest));
  return nearest === undefined || broken === undefined
    ? cannot(provider, choice)
    : refused(broken, nearest, provider, choice);
}

function meets(model: EditModel, demands: readonly Demand[]): boolean {
  return demands.every(({ holds }) => holds(model));
}

function living({ models }: EnhanceProvider, today: string): readonly EditModel[] {
  return models.filter(({ shutdownDate: end }) => end === undefined || end > today);
}

function cannot(provider: EnhanceProvider, choice: Choice): CommandError {
  const { operation } = choice;
  const others = whoElse(provider, choice);
  const own = Object.keys(provider.modelFor).join(', ');
  // A colour or a picture is put behind a cut-out, which is another thing than a background that is painted.
  const paints = operation === 'remove-background' && provider.modelFor['replace-background'] !== undefined;
  const inWords = paints ? ', and that in words: --background "a plain white wall"' : '';
  return usage(
    `${provider.id} cannot ${factsOf(operation).words} (${operation})`,
    `${others === '' ? 'no provider can' : `these can: ${others}`}; ${provider.id} does ${own}${inWords}`,
  );
}

function refused(demand: Demand, model: EditModel, provider: EnhanceProvider, choice: Choice): CommandError {
  const able = (demands: readonly Demand[]) =>
    living(provider, choice.today)
      .filter((one) => one.id !== '' && meets(one, demands))
      .map(({ id }) => printable(id));
  const own = able(choice.demands);
  // Only what would be made up stands against these.
  const inventive =
    own.length > 0 ? [] : able(choice.demands.filter(({ faithful }) => faithful === undefined));
  const others = whoElse(provider, choice);
  const hints = [
    ...(own.length === 0 ? [] : [`${provider.id} has --model ${listed(own)}`]),
    ...(inventive.length === 0 ? [] : [`with --creative, inventing detail: ${listed(inventive)}`]),
    ...(others === '' ? [] : [`${own.length === 0 ? 'these can' : 'also'}: ${others}`]),
    ...(demand.faithful && inventive.length > 0
      ? []
      : [typeof demand.way === 'string' ? demand.way : demand.way(model)]),
  ];
  return usage(demand.refusal(model), hints.join('; '));
}

// The first model of each that takes all of it.
function whoElse(
  provider: EnhanceProvider,
  { providers, demands, today, operation, locally }: Choice,
): string {
  const able = providers.flatMap((other) => {
    if (other.id === provider.id) return [];
    const usual = other.modelFor[operation];
    if (usual === undefined) return [];
    const first = other.findModel(usual === '' ? undefined : usual, today);
    const model = [first, ...living(other, today)].find((one) => meets(one, demands));
    if (model === undefined) return [];
    return [model.id === '' ? other.id : `${other.id} (${printable(model.id)})`];
  });
  const isLocal = locally && demands.every((demand) => demand.locally === true);
  return [...able, ...(isLocal ? ['local (free)'] : [])].join(', ');
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 4);
  return names.length > shown.length ? `${shown.join(', ')} …` : shown.join(', ');
}
