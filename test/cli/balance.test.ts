// The built program with a service that counts in credits: what the account says of a run beside what is booked.
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { imgsys, jsonLines } from '../helpers/cli.ts';
import { writePhoto } from '../helpers/photos.ts';
import { playedHome } from '../helpers/played-home.ts';
import { cutOut } from '../helpers/plays/makes.ts';
import { stabilityPlay } from '../helpers/plays/stability.ts';
import { tempFolder } from '../helpers/temp.ts';

let folder: string;
beforeAll(async () => {
  folder = await tempFolder();
  await writePhoto(join(folder, 'photos/a.jpg'), 1);
  await writePhoto(join(folder, 'photos/b.jpg'), 2);
});

const key = 'IMGSYS_KEY_STABILITY';
const home = () => playedHome('stability', stabilityPlay, 'sk-CANARY-balance-0123456789', cutOut);
const command = ['enhance', 'photos', '-p', 'remove-background', '--provider', 'stability', '--yes'];
const balances = ({ asked }: { readonly asked: readonly { readonly url: string }[] }) =>
  asked.filter(({ url }) => url === '/v1/user/balance').length;

describe.concurrent('the balance after a run', () => {
  it('is as booked: told where more is asked for', async () => {
    const user = await home();
    const run = async (...more: readonly string[]) =>
      imgsys(user, [...command, '-o', await tempFolder(), ...more], { cwd: folder });
    expect((await run('--dry-run')).code).toBe(0);
    expect(balances(user.server)).toBe(0);
    const ran = await run('-v');
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain(`balance of ${key}: fell by $0.10, booked are $0.10`);
    expect(ran.stderr).not.toMatch(/warning: .*balance/);
    expect([balances(user.server), user.server.orders.length]).toEqual([2, 2]);
    const again = await run('--json');
    expect(jsonLines(again.stdout).at(-1)?.charges).not.toHaveProperty('balance');
    expect(balances(user.server)).toBe(2);
  });

  it('is not as booked: one warning, and the books stay as they are', async () => {
    const user = await home();
    const { server } = user;
    server.instead(({ path }) =>
      path === '/v1/user/balance' ? { body: { credits: 100 - 7 * server.orders.length } } : undefined,
    );
    const ran = await imgsys(user, [...command, '-o', await tempFolder(), '--json'], { cwd: folder });
    expect(ran).toMatchObject({ code: 0 });
    const words = `${key}: the balance fell by $0.14, booked are $0.10`;
    expect(ran.stderr.split(words)).toHaveLength(2);
    const balance = [{ key, takenMicrousd: 140_000, bookedMicrousd: 100_000 }];
    expect(jsonLines(ran.stdout).at(-1)).toMatchObject({ charges: { paid: 2, microusd: 100_000, balance } });
  });

  it('cannot be read: a word where more is asked for, and no error', async () => {
    const user = await home();
    user.server.instead(({ path }) =>
      path === '/v1/user/balance' ? { status: 500, body: 'no' } : undefined,
    );
    const ran = await imgsys(user, [...command, '-o', await tempFolder(), '-v'], { cwd: folder });
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain(`balance of ${key}: could not be read`);
    expect(ran.stderr).not.toMatch(/warning: .*balance/);
  });
});
