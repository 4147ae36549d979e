import type { KeyContext } from '../../credentials/key-context.ts';
import type { Credential } from '../../credentials.ts';
import { CommandError, type ExitCode, exitCodes, foremostExitCode } from '../../errors.ts';
import { hostOf } from '../../providers/base-url.ts';
import type { ModelVerdict, Verdict } from '../../providers/provider.ts';
import { warn, writeResult } from '../../streams.ts';
import { printable } from '../../text.ts';
import type { KeyFlags } from '../key.ts';
import { daysAgo } from './describe.ts';
import { findTargets, type Target } from './targets.ts';

export interface VerifyFlags extends KeyFlags {
  all?: boolean;
  model?: string;
}

interface Asked {
  readonly target: Target;
  readonly credential?: Credential;
  readonly verdict: Verdict;
  /** Whether it is news for the store. */
  readonly isNew: boolean;
}

/**
 * Asks all providers at once. The exit code: 4 when a key is invalid or the model that was named is not there for it,
 * else 5 when one could not be checked.
 */
export async function verifyKeys(
  key: string | undefined,
  { all = false, model, json = false }: VerifyFlags,
  context: KeyContext,
): Promise<void> {
  const targets = await findTargets(key, all, context);
  const asked = await Promise.all(targets.map((target) => ask(target, model, context)));
  const codes: ExitCode[] = [];
  for (const one of asked) {
    codes.push(exitCodeOf(one.verdict, model));
    const line = json ? JSON.stringify(asJson(one)) : asText(one).join('\n');
    await writeResult(context.streams, `${line}\n`);
  }
  for (const one of asked) await note(one, context);
  context.setExitCode(foremostExitCode(codes));
}

async function ask(target: Target, model: string | undefined, context: KeyContext): Promise<Asked> {
  const { provider, candidate } = target;
  try {
    const credential = (await context.credentials()).of(provider, candidate);
    const { baseUrl, organisation, project } = credential;
    const secret = await credential.secret();
    const call = {
      ...{ baseUrl, fetch: context.fetch },
      ...(secret && { secret }),
      ...(organisation !== undefined && { organisation }),
      ...(project !== undefined && { project }),
    };
    return { target, credential, ...withLearnt(await provider.verify(call, model), target, context) };
  } catch (error) {
    // A secret manager that does not answer says nothing about the key; the other keys are asked all the same.
    if (!(error instanceof CommandError) || error.exitCode !== exitCodes.noKey) throw error;
    const verdict = { kind: 'unknown', sentence: error.message, nextStep: error.hint ?? '' } as const;
    return { target, verdict, isNew: false };
  }
}

// What only a paid call finds out is not refuted by a free one.
function withLearnt(verdict: Verdict, { candidate }: Target, { clock }: KeyContext) {
  const { verdict: learnt, verdictAtMs = 0 } = candidate.entry ?? {};
  if (verdict.kind !== 'valid' || (learnt !== 'no-funds' && learnt !== 'unverified-organisation')) {
    return { verdict, isNew: true };
  }
  const when = daysAgo(verdictAtMs, clock.now());
  const sentence = `${verdict.sentence}, but the last paid call (${when}) was refused: ${learntWords[learnt]}`;
  const nextStep = 'if that is settled, the next picture will show it';
  return { verdict: { ...verdict, kind: learnt, sentence, nextStep }, isNew: false } as const;
}

const learntWords = {
  'no-funds': 'no money left, or the spending limit of the account reached',
  'unverified-organisation': 'the organisation is not verified',
} as const;

function exitCodeOf({ kind, model }: Verdict, asked: string | undefined): ExitCode {
  if (kind === 'invalid' || (asked !== undefined && model?.available === false)) return exitCodes.noKey;
  return kind === 'unknown' ? exitCodes.temporary : exitCodes.done;
}

async function note({ target, verdict, isNew }: Asked, context: KeyContext): Promise<void> {
  const { entry } = target.candidate;
  if (entry === undefined || !isNew || verdict.kind === 'unknown') return;
  try {
    await (await context.keystore()).noteVerdict(entry.id, verdict.kind, context.clock.now());
  } catch (error) {
    // The verdict is printed already; that imgsys key list will not show it is worth a line, not a failure.
    if (!(error instanceof CommandError)) throw error;
    warn(context.streams, `the verdict on ${entry.id} was not noted: ${error.message}`);
  }
}

function asText({ target, credential, verdict }: Asked): string[] {
  const { kind, sentence, nextStep, model } = verdict;
  const tail = credential?.tail === undefined ? '' : ` (…${credential.tail})`;
  const rows = [`${target.candidate.name}${tail}  ${kind}  ${printable(sentence)}`];
  if (model !== undefined) rows.push(`  model ${printable(model.name)}: ${describeModel(model)}`);
  if (nextStep !== '') rows.push(`  next: ${printable(nextStep)}`);
  return rows;
}

function describeModel({ available, shutdownDate }: ModelVerdict): string {
  if (!available) return 'not there for this key';
  return shutdownDate === undefined ? 'there' : `there, until it is shut down on ${shutdownDate}`;
}

function asJson({ target, credential, verdict }: Asked): Record<string, unknown> {
  const { kind, sentence, nextStep, model } = verdict;
  return {
    ...{ type: 'verdict', key: target.candidate.name, provider: target.provider.id },
    source: credential?.kind ?? target.candidate.entry?.kind ?? 'environment',
    ...{ host: credential && hostOf(credential.baseUrl), tail: credential?.tail ?? null },
    ...{ verdict: kind, sentence, nextStep, model: model ?? null },
  };
}
