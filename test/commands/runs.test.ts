import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runsCommand } from '../../src/commands/runs.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { bindPurchases } from '../../src/purchase-book.ts';
import { jsonLines } from '../helpers/cli.ts';
import { fakeClock } from '../helpers/clock.ts';
import { fakeContext } from '../helpers/context.ts';
import { tempFolder } from '../helpers/temp.ts';
import { never, newRun, purchase, reserve } from '../ledger/rows.ts';

const clock = fakeClock();

it('runs show tells which pictures can still be collected', async () => {
  const home = await tempFolder();
  const ledger = await openLedger(join(home, 'ledger.sqlite'), clock);
  const run = await ledger.beginRun(newRun);
  const book = bindPurchases(ledger, run);
  for (const key of ['job', 'none']) {
    await book.open(purchase(key), never);
    const id = await reserve(book, key, { keyName: 'fal/default', reservedMicrousd: 60_000 });
    await book.sent(id);
    if (key === 'job') await book.accepted(id, 'fal-ai/esrgan/requests/1');
    await book.unsettle(id, 'stopped', undefined);
    const { sourcePath: source } = purchase(key);
    const failed = { state: 'failed', reason: 'unsettled', message: 'stopped', elapsedMs: 1 } as const;
    await ledger.recordItem(run, { source, output: undefined, ...failed });
  }
  await ledger.endRun(run, { state: 'finished', counts: { failed: 2 } });
  ledger.close();
  const show = async (...args: string[]) => {
    const context = fakeContext({ home, clock });
    await runsCommand(context)
      .exitOverride()
      .parseAsync(['show', ...args], { from: 'user' });
    await context.close();
    return { out: context.stdoutText(), err: context.stderrText() };
  };
  const { out, err } = await show();
  expect(out.split('\n')[0]).toMatch(/2 failed {2}\/out {2}1 picture can still be collected$/);
  expect(err).toContain('the picture is collected, not bought again');
  expect(jsonLines((await show('--json')).out)).toMatchObject([
    { type: 'run', id: run.id, collectable: 1 },
    { type: 'item', source: '/photos/job.jpg', collectable: true },
    { type: 'item', source: '/photos/none.jpg', collectable: false },
  ]);
});
