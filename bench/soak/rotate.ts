// Rounds of new pictures, each with another key than the one before.
import { join } from 'node:path';
import { growTree } from './pictures.ts';
import { chargesIn, watchRun } from './watch-run.ts';
import type { SoakService } from './with-service.ts';

export interface Rounds {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly perRound: number;
}

/** Resolves with how often the service billed something else than the ledger says. */
export async function rotateRounds(
  service: SoakService,
  { folder, env, rounds, perRound }: Rounds,
): Promise<number> {
  console.log(`\npaid, ${rounds} rounds of ${perRound} pictures, a new key before each`);
  const work = join(folder, 'rounds');
  let breaches = 0;
  for (let round = 0; round < rounds; round += 1) {
    await growTree(join(work, `in-${round}`), perRound, 1_000_000 + round * perRound);
    await service.rotateKey(env);
    const before = await service.billed();
    const args = ['enhance', `in-${round}`, '-o', 'out', '--provider', 'openai', '--timeout', '5s', '--yes'];
    const { code, summary } = await watchRun(args, { work, env, each: perRound });
    const billed = (await service.billed()) - before;
    const isSame = billed === chargesIn(summary);
    if (!isSame) breaches += 1;
    console.log(
      `round ${round}: exit ${code}, ${billed} billed, ${chargesIn(summary)} in the ledger${isSame ? '' : ' BREACH'}`,
    );
  }
  return breaches;
}
