// The built program with every service: keys that are checked and stored, and wishes that nobody is asked about since they
// cannot be had.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { imgsys, jsonLines } from '../helpers/cli.ts';
import { writePhoto } from '../helpers/photos.ts';
import { type PlayedHome, playedHome } from '../helpers/played-home.ts';
import { painted } from '../helpers/plays/makes.ts';
import { tempFolder } from '../helpers/temp.ts';
import type { Played } from '../providers/contract/played.ts';
import { table } from '../providers/contract/table.ts';

const passphrase = 'correct horse battery staple';
const rows = table.map((played) => [played.keys.id, played] as const);

function homeOf({ keys, play, key }: Played): Promise<PlayedHome> {
  return playedHome(keys.id, play, key, painted);
}

function playedBy(provider: string): Played {
  const played = table.find(({ edits }) => edits.id === provider);
  if (played === undefined) throw new Error(`${provider} is not in the table`);
  return played;
}

describe.concurrent('imgsys key add', () => {
  // As a user who has none in the environment.
  async function add(played: Played, home: PlayedHome) {
    const name = played.keys.id.toUpperCase().replaceAll('-', '_');
    const { [`IMGSYS_KEY_${name}`]: _key, ...env } = home.env;
    const user = { ...home, env: { ...env, IMGSYS_PASSPHRASE: passphrase } };
    const piped = { input: `${played.key}\n`, stdin: 'pipe' as const };
    const added = await imgsys(user, ['key', 'add', played.keys.id], piped);
    expect(added.stdout + added.stderr).not.toContain('CANARY');
    return { user, added, store: join(home.folder, 'keystore.json') };
  }

  it.each(
    rows,
  )('%s: stored once it is checked, or unverified where nobody can be asked', async (id, played) => {
    const home = await homeOf(played);
    const { user, added, store } = await add(played, home);
    expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining(`saved ${id}/default`) });
    expect(readFileSync(store, 'utf8')).not.toContain('CANARY');
    expect(home.server.orders).toEqual([]);
    const [listed] = jsonLines((await imgsys(user, ['key', 'list', '--json'])).stdout);
    const isChecked = played.verdicts !== undefined;
    expect(listed).toMatchObject({ key: `${id}/default`, verdict: isChecked ? 'valid' : 'unknown' });
    expect(home.server.asked.length > 0).toBe(isChecked);
    if (!isChecked) expect(added.stderr).toContain('no free way');
  });

  it.each(
    rows.filter(([, { verdicts }]) => verdicts !== undefined),
  )('%s: a wrong one is not stored', async (_id, played) => {
    const home = await homeOf(played);
    const [wrong] = played.verdicts?.find(([, kind]) => kind === 'invalid') ?? [];
    home.server.instead(() => wrong);
    const { added, store } = await add(played, home);
    expect(added).toMatchObject({ code: 4, stdout: '' });
    expect(added.stderr).toContain('nothing was stored');
    expect(existsSync(store)).toBe(false);
  });
});

let folder: string;
beforeAll(async () => {
  folder = await tempFolder();
  await writePhoto(join(folder, 'photos/a.jpg'), 1);
});

const others = ['fal', 'imagine', 'local (free)'];
const refusals: readonly (readonly [
  provider: string,
  args: string,
  says: string,
  ways: readonly string[],
])[] = [
  ['gemini', '-p upscale --size 2x', 'gemini cannot enlarge', ['these can: stability', ...others]],
  ['openai', '-p remove-background', 'openai cannot make the background transparent', ['stability', 'fal']],
  ['imagine', '-p denoise', 'imagine cannot take noise', ['openai', 'local (free)', 'imagine does upscale']],
  ['replicate', '-p expand --expand 20%', 'replicate cannot add to the edges', ['stability', 'fal']],
  ['gemini', '-p fill --mask photos/a.jpg', 'gemini cannot paint within a mask', ['openai', 'imagine']],
  ['openai-compatible', '-p upscale --size 2x', 'openai-compatible cannot enlarge', ['stability']],
  ['stability', '-p fill', 'fill needs a mask', ['--mask FILE']],
  ['openai', '-p fill', 'fill needs a mask', ['--mask FILE']],
  ['stability', '-p expand', 'expand needs to know how far', ['--expand 20%']],
  ['stability', '-p replace-background', 'needs a background', ['--background white']],
  ['openai', '-p retouch', 'retouch needs a mask or a name', ['--remove', '--mask FILE']],
  ['gemini', '--seed 7', 'takes no --seed', ['replicate', 'fal', 'leave --seed out']],
  ['stability', '-p remove-background --seed 7', 'takes no --seed', ['leave --seed out']],
  ['openai', '--negative people', 'takes no --negative', ['say in --prompt']],
  [
    'imagine',
    '-p upscale --size 2x --creative',
    'enhance invents no detail',
    ['stability (upscale-creative)'],
  ],
  ['stability', '-p upscale --size 2x --style fantasy', 'has no style fantasy', ['leave --style out']],
  ['stability', '-p upscale --size 2x --creative --style x', 'upscale-creative has no style x', ['--style']],
  ['gemini', '-p retouch --remove x --mask photos/a.jpg', 'takes no mask', ['--mask']],
];

describe.concurrent('a wish that cannot be had', () => {
  it.each(refusals)('%s %s: nothing is sent', async (provider, args, says, ways) => {
    const home = await homeOf(playedBy(provider));
    const command = ['enhance', 'photos', '-o', 'out', '--provider', provider, ...args.split(' ')];
    const ran = await imgsys(home, command, { cwd: folder });
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(says);
    for (const way of ways) expect(ran.stderr).toContain(way);
    // What local never takes is no reason to name it.
    if (/--(?:seed|negative|style|creative)/.test(args)) expect(ran.stderr).not.toContain('local (free)');
    expect(home.server.asked).toEqual([]);
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });
});
