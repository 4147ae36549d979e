// What results say of how they were made, as the program is used.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { examples, type Home, imgsys, jsonLines, newHome } from '../helpers/cli.ts';
import { type ImageServer, startImageServer } from '../helpers/image-server.ts';
import { payingHome } from '../helpers/paid.ts';
import { writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

const typeIn = /newscodes\/digitalsourcetype\/(\w+)"/;

/** The label of a picture, as its XMP has it; undefined without one. */
async function labelOf(path: string): Promise<string | undefined> {
  return typeIn.exec((await xmpOf(path)) ?? '')?.[1];
}

async function xmpOf(path: string): Promise<string | undefined> {
  return (await sharp(path).metadata()).xmp?.toString('utf8');
}

const summaryOf = (stdout: string) => jsonLines(stdout).at(-1) ?? {};

describe('labels of what local makes', () => {
  it('stand in what was changed, and in nothing else', async () => {
    const home = await newHome();
    const folder = await tempFolder();
    const ran = await imgsys(home, ['enhance', examples, '-o', 'out', '--json'], { cwd: folder });
    const done = jsonLines(ran.stdout).filter(({ type }) => type === 'done');
    expect(done).toHaveLength(6);
    expect(new Set(done.map(({ state }) => state))).toEqual(new Set(['enhanced', 'unchanged']));
    for (const { state, source, output } of done) {
      const path = join(folder, String(output));
      expect(await labelOf(path), path).toBe(state === 'enhanced' ? 'algorithmicallyEnhanced' : undefined);
      if (state === 'unchanged') expect(await readFile(path)).toEqual(await readFile(String(source)));
      expect((await xmpOf(path)) ?? '').not.toMatch(/Credit|AISystem/);
    }
  });

  it('are left out where that is asked or set, and are known by it', async () => {
    const home = await newHome();
    const folder = await tempFolder();
    const hazy = join(examples, 'cat-hazy.jpg');
    const enhance = (...args: string[]) =>
      imgsys(home, ['enhance', hazy, '-o', 'out', '--json', ...args], { cwd: folder });
    const output = join(folder, 'out/cat-hazy.jpg');
    await enhance('--disclose', 'off');
    expect(await labelOf(output)).toBeUndefined();
    // A result with a label is another recipe: what stands there is kept, as ever, until the user says otherwise.
    expect(summaryOf((await enhance()).stdout)).toMatchObject({ skippedBy: { 'output-exists': 1 } });
    await enhance('--on-exists', 'overwrite');
    expect(await labelOf(output)).toBe('algorithmicallyEnhanced');
    await imgsys(home, ['config', 'set', 'disclose', 'off']);
    await enhance('--on-exists', 'overwrite');
    expect(await labelOf(output)).toBeUndefined();
    const wrong = await enhance('--disclose', 'never');
    expect(wrong.code).toBe(2);
  });
});

describe('labels of what a service made', () => {
  let server: ImageServer;
  let home: Home;
  let folder: string;
  const run = (...args: string[]) => imgsys(home, args, { cwd: folder });
  const file = (name: string) => join(folder, name);

  beforeEach(async () => {
    folder = await tempFolder();
    server = await startImageServer();
    home = await payingHome(server);
    await writePhotos(file('photos'), 1);
    return () => server.close();
  });

  it('name the service and the model, never what was asked for, and are no part of what is bought', async () => {
    const asked = ['--provider', 'openai', '--prompt', 'Make the walls mauve.'];
    expect((await run('enhance', 'photos', '-o', 'out', ...asked)).code).toBe(0);
    const xmp = (await xmpOf(file('out/000.jpg'))) ?? '';
    expect(xmp).toContain('digitalsourcetype/compositeWithTrainedAlgorithmicMedia"');
    expect(xmp).toContain('AISystemUsed="OpenAI gpt-image-2.5-sunburst"');
    expect(xmp).toContain('photoshop:Credit="Edited with AI (OpenAI)"');
    expect(xmp).not.toContain('mauve');

    const finish = (...args: string[]) => run('runs', 'finish', '--json', ...args);
    expect(summaryOf((await finish('--disclose', 'off', '-o', 'bare')).stdout)).toMatchObject({
      enhanced: 1,
    });
    expect(await labelOf(file('bare/000.jpg'))).toBeUndefined();
    // A run that made no labels is gone on with as it was asked for, or otherwise.
    expect(
      summaryOf((await finish('--disclose', 'auto', '-o', 'web', '--format', 'webp')).stdout),
    ).toMatchObject({
      enhanced: 1,
    });
    expect(await labelOf(file('web/000.webp'))).toBe('compositeWithTrainedAlgorithmicMedia');
    expect(server.journal.billed()).toHaveLength(1);

    // This processor says less of it than it says itself already; what is stripped is not the label.
    const again = ['enhance', 'out', '-p', 'vivid', '--metadata', 'strip', '--format', 'png'];
    expect((await run(...again, '-o', 'again')).code).toBe(0);
    expect(await labelOf(file('again/000.png'))).toBe('compositeWithTrainedAlgorithmicMedia');
    expect((await run(...again, '-o', 'gone', '--disclose', 'off')).code).toBe(0);
    expect(await labelOf(file('gone/000.png'))).toBeUndefined();
  });

  it('are those of who made it, also where local stood in', async () => {
    server.set({ faults: { script: ['moderation'] } });
    const ran = await run(
      'enhance',
      'photos',
      '-o',
      'out',
      '--provider',
      'openai',
      '--fallback',
      'local',
      '--json',
    );
    const done = jsonLines(ran.stdout).find(({ type }) => type === 'done');
    expect(done).toMatchObject({ state: 'enhanced' });
    expect(JSON.stringify(done)).toContain('made by local');
    expect(await labelOf(file('out/000.jpg'))).toBe('algorithmicallyEnhanced');
  });
});
