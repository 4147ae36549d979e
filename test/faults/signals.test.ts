// What a run does when its terminal goes away, or when it stands still for longer than a call may take.
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Home, imgsys } from '../helpers/cli.ts';
import { type ImageServer, startImageServer } from '../helpers/image-server.ts';
import { holdAnswers, inLedger, payingHome, startImgsys, until } from '../helpers/paid.ts';
import { writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

let server: ImageServer;
let home: Home;
let folder: string;
let held: ReturnType<typeof holdAnswers>;

beforeEach(async () => {
  held = holdAnswers();
  server = await startImageServer({ answer: held.answer });
  home = await payingHome(server);
  folder = await tempFolder();
  await writePhotos(join(folder, 'photos'), 3);
});
afterEach(() => server.close());

const command = ['enhance', 'photos', '-o', 'out', '--provider', 'openai', '--concurrency', '1'];

// Processes whose working folder this is; all of ours, and none of anybody else's.
function processesIn(place: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === place;
    } catch {
      // It has ended meanwhile, or is another user's.
      return false;
    }
  });
}

describe.skipIf(process.platform !== 'linux')('a run whose terminal is closed', () => {
  it('finishes what is paid, leaves no process, and is gone on with', async () => {
    const child = startImgsys(home, command, folder);
    await until(() => server.journal.billed().length === 1);
    child.kill('SIGHUP');
    // Nobody reads any more.
    child.stdout.destroy();
    child.stderr.destroy();
    await sleep(50);
    held.letGo();
    expect((await child).exitCode).toBe(143);
    expect(readdirSync(join(folder, 'out'))).toHaveLength(1);
    await until(() => processesIn(folder).length === 0);
    const again = await imgsys(home, command, { cwd: folder });
    expect(again.code).toBe(0);
    expect(server.journal.billed()).toHaveLength(3);
    expect(server.journal.boughtTwice()).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')(
  'a run that stands still (Ctrl-Z) for longer than a call may take',
  () => {
    it('reads the answer that came meanwhile', async () => {
      const child = startImgsys(home, [...command, '--timeout', '3s', '--limit', '1'], folder);
      await until(() => server.journal.billed().length === 1);
      child.kill('SIGSTOP');
      held.letGo();
      await sleep(4000);
      child.kill('SIGCONT');
      const { exitCode, stderr } = await child;
      expect(stderr).not.toContain('unsettled');
      expect(exitCode).toBe(0);
      const sums = await inLedger(home, (ledger) => ledger.purchases.totals('all'));
      expect(sums).toMatchObject([{ paid: 1, unsettled: 0 }]);
    });
  },
);
