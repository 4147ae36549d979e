// A disk, or the system, that refuses one call of a run: a sample of what bench/faults tries at each of them.
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Aftermath, checkAftermath, contentsBelow, type Scene } from '../helpers/fault-check.ts';
import { type FaultEnd, openFaultLab } from '../helpers/fault-lab.ts';
import { scenes } from '../helpers/fault-scenes.ts';
import { canTrace } from '../helpers/paid-kill.ts';
import { writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

let folder: string;
let photos: string;
beforeAll(async () => {
  folder = await tempFolder();
  photos = join(folder, 'photos');
  await writePhotos(photos, 1);
});

const sceneOf = (name: string) => scenes.find((scene) => scene.name === name) as Scene;

const wholes = new Map<string, Record<string, string>>();

// What a run without a fault makes.
async function wholeOf(scene: Scene): Promise<Record<string, string>> {
  const known = wholes.get(scene.name);
  if (known !== undefined) return known;
  const lab = await openFaultLab(folder, photos);
  try {
    await scene.before?.(lab);
    expect((await lab.run(scene.args)).code).toBe(0);
    const whole = contentsBelow(join(lab.place, scene.results));
    wholes.set(scene.name, whole);
    return whole;
  } finally {
    await lab.close();
  }
}

// Runs the scene under `before`, and once more.
async function tryUnder(
  name: string,
  before: (file: (path: string) => string) => readonly string[],
): Promise<FaultEnd & Aftermath> {
  const scene = sceneOf(name);
  const whole = await wholeOf(scene);
  const lab = await openFaultLab(folder, photos);
  try {
    await scene.before?.(lab);
    const end = await lab.run(
      scene.args,
      before((path) => join(lab.place, path)),
    );
    return { ...end, ...(await checkAftermath(lab, scene, end, whole, contentsBelow(photos))) };
  } finally {
    await lab.close();
  }
}

const strace = (file: string, call: string, error: string, when: string) => [
  ...['strace', '-f', '-qq', '-o', '/dev/null', '-P', file, '-e', `trace=${call}`],
  ...['-e', `inject=${call}:error=${error}:when=${when}`],
];

describe.skipIf(!canTrace)(
  canTrace ? 'one call that fails' : 'one call that fails (skipped: no strace here)',
  () => {
    it.each([
      ['key add', 'openat', 'EIO', 'home/keystore.json', 5, 'keystore.json: the disk reports an error'],
      ['config set', 'openat', 'EMFILE', 'home/config.json', 2, 'config.json cannot be read (EMFILE)'],
      ['local', 'fsync', 'EDQUOT', 'out', 5, 'the disk quota is used up'],
      ['paid', 'pwrite64', 'EIO', 'home/ledger.sqlite-wal', 5, 'the disk failed while the ledger'],
    ])('%s: %s %s of %s', async (scene, call, error, path, code, words) => {
      const end = await tryUnder(scene, (file) => strace(file(path), call, error, '1+'));
      expect(end.breaches).toEqual([]);
      expect(end.code).toBe(code);
      expect(`${end.stderr}${end.stdout}`).toContain(words);
    });

    it('is no failure where only a second name of a whole output could not be removed', async () => {
      const inject = ['-e', 'trace=unlink', '-e', 'inject=unlink:error=EROFS:when=1'];
      const end = await tryUnder('local', () => ['strace', '-f', '-qq', '-o', '/dev/null', ...inject]);
      expect(end.breaches).toEqual([]);
      expect(end.code).toBe(0);
    });
  },
);

describe.skipIf(process.platform !== 'linux')('a session that may open few files', () => {
  it('gets reasons for the pictures, and all of them later', async () => {
    const end = await tryUnder('paid', () => ['bash', '-c', 'ulimit -n 26; exec "$@"', 'bash']);
    expect(end.breaches).toEqual([]);
  });
});
