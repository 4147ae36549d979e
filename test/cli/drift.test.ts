// Results that have moved too far from their pictures: told, put aside, refused, and the end of a run.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, link, mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Home, imgsys, jsonLines, lines } from '../helpers/cli.ts';
import { type EditRequest, type ImageServer, startImageServer, testKey } from '../helpers/image-server.ts';
import { payingHome } from '../helpers/paid.ts';
import { writePhotos } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

let server: ImageServer;
let home: Home;
let folder: string;

const another = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"><rect width="90" height="90" fill="#468"/>
  <circle cx="30" cy="40" r="25" fill="#fc6"/><path d="M45 90 70 20 90 80Z" fill="#253"/></svg>`,
);

/** Brighter, as asked for; but of these, by the order in which they come, another picture. */
function answering(isFar: (at: number) => boolean) {
  let count = 0;
  return ({ images: [image], width, height }: EditRequest) => {
    if (!isFar(count++)) return sharp(image.bytes).modulate({ brightness: 1.15 }).png().toBuffer();
    return sharp(another).resize(width, height, { fit: 'fill' }).png().toBuffer();
  };
}

const pay = (...args: string[]) =>
  imgsys(home, ['enhance', 'photos', '--provider', 'openai', '--concurrency', '1', ...args], { cwd: folder });
const runs = (...args: string[]) => imgsys(home, ['runs', ...args], { cwd: folder });
const summaryOf = (stdout: string) => jsonLines(stdout).at(-1) ?? {};
const eventsOf = (stdout: string, type: string) => jsonLines(stdout).filter((event) => event.type === type);
const file = (name: string) => join(folder, name);
const billed = () => server.journal.billed().length;

async function serve(isFar: (at: number) => boolean, pictures = 2): Promise<void> {
  server.set({ answer: answering(isFar) });
  await writePhotos(file('photos'), pictures);
}

beforeEach(async () => {
  folder = await tempFolder();
  server = await startImageServer();
  home = await payingHome(server);
  return () => server.close();
});

describe('--on-drift keep', () => {
  it('writes it in its place and says so', async () => {
    await serve((at) => at === 1);
    const told = await pay('-o', 'out');
    expect(told.code).toBe(0);
    expect(lines(told.stdout).sort()).toEqual(['out/000.jpg', 'out/001.jpg']);
    expect(told.stderr).toMatch(
      /photos\/00\d\.jpg: does not look like its picture \(.*expected at least 0\.\d\d/,
    );
    expect(told.stderr).toMatch(/drift: 1 result has moved too far from its picture: imgsys runs show \S+/);
    const shown = await runs('show');
    expect(shown.stdout).toMatch(/enhanced \S+\.jpg: does not look like its picture .* → \S+\.jpg/);
    expect(lines(shown.stdout)).toHaveLength(2);
  });

  it('is measured in JSON, also for what is as it should be', async () => {
    await serve((at) => at === 1);
    const { stdout } = await pay('-o', 'out', '--json', '--drift-stop', '1');
    // Two are under way at once: either may end first.
    const done = eventsOf(stdout, 'done') as { drift: { reasons: string[] } }[];
    const [good, far] = done.sort((a, b) => a.drift.reasons.length - b.drift.reasons.length);
    expect(good?.drift).toMatchObject({ reasons: [], measures: { blank: false, unchanged: false } });
    expect(far?.drift.reasons).toContain('structure');
    expect(summaryOf(stdout)).toMatchObject({ enhanced: 2, drifted: 1, exitCode: 0 });
  });

  it('is nothing of the provider local', async () => {
    await serve(() => false);
    const { code, stderr } = await imgsys(home, ['enhance', 'photos', '-o', 'out', '--on-drift', 'review'], {
      cwd: folder,
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining('--on-drift is for providers')]);
    await imgsys(home, ['config', 'set', 'on-drift', 'review']);
    const { stdout } = await imgsys(home, ['enhance', 'photos', '-o', 'out', '--json'], { cwd: folder });
    expect(summaryOf(stdout)).not.toHaveProperty('drifted');
  });
});

describe('--on-drift review', () => {
  it('puts it aside with the reason, once and for no second price', async () => {
    await serve((at) => at === 0);
    await mkdir(file('photos/rooms'));
    await rename(file('photos/000.jpg'), file('photos/rooms/000.jpg'));
    await rename(file('photos/001.jpg'), file('photos/rooms/001.jpg'));
    await imgsys(home, ['config', 'set', 'on-drift', 'review']);
    const told = await pay('-o', 'out');
    expect(told.code).toBe(0);
    const [aside = ''] = readdirSync(file('out/_review/rooms'));
    expect(lines(told.stdout)).toEqual([`out/rooms/${aside === '000.jpg' ? '001' : '000'}.jpg`]);
    expect(existsSync(file(`out/rooms/${aside}`))).toBe(false);
    expect(told.stderr).toContain(`look at it: out/_review/rooms/${aside}`);
    const reasons = readFileSync(file('out/_review/reasons.txt'), 'utf8');
    expect(reasons).toMatch(new RegExp(`^rooms/${aside}: does not look like its picture .*\n$`));

    const again = await pay('-o', 'out', '--json');
    expect(summaryOf(again.stdout)).toMatchObject({ enhanced: 0, skippedBy: { done: 2 } });
    // Known by its bytes as well.
    await utimes(file(`photos/rooms/${aside}`), 1e9, 1e9);
    expect(summaryOf((await pay('-o', 'out', '--json')).stdout)).toMatchObject({ skippedBy: { done: 2 } });
    expect(readdirSync(file('out/_review/rooms'))).toEqual([aside]);
    expect(readFileSync(file('out/_review/reasons.txt'), 'utf8')).toBe(reasons);
    expect(billed()).toBe(2);

    // What lies there is no source of another run.
    const next = await imgsys(home, ['enhance', 'out', '-o', 'next', '--json'], { cwd: folder });
    expect(eventsOf(next.stdout, 'done').map(({ source }) => source)).toHaveLength(1);

    // Nor is it in the way of its own place.
    const taken = await runs('finish', '--on-drift', 'keep', '--json');
    expect(summaryOf(taken.stdout)).toMatchObject({ enhanced: 1, skippedBy: { done: 1 }, exitCode: 0 });
    expect(existsSync(file(`out/rooms/${aside}`))).toBe(true);
    expect(billed()).toBe(2);
  });

  it.each([
    ['moved', rename],
    [
      'copied',
      async (from: string, to: string) => {
        await copyFile(from, to);
        await rm(from);
      },
    ],
  ])('is done where the user has %s it to its place, for the lock as well', async (_, take) => {
    await serve(() => true, 1);
    const args = ['-o', 'out', '--lock', '--json'];
    await pay(...args, '--on-drift', 'review');
    const check = () => imgsys(home, ['check'], { cwd: folder });
    expect((await check()).stdout).toContain('in-review');
    await take(file('out/_review/000.jpg'), file('out/000.jpg'));
    expect((await check()).stdout).toContain('missing-output');
    const before = readFileSync(file('out/000.jpg'));
    const again = await pay(...args, '--on-drift', 'review', '--on-exists', 'overwrite');
    expect(summaryOf(again.stdout)).toMatchObject({ skippedBy: { done: 1 }, exitCode: 0 });
    expect((await check()).code).toBe(0);
    expect(summaryOf((await pay(...args)).stdout)).toMatchObject({ skippedBy: { done: 1 } });
    expect(readFileSync(file('out/000.jpg')).equals(before)).toBe(true);
    expect(billed()).toBe(1);
  });

  it('is taken out of there when it has its place, for the lock as well', async () => {
    await serve(() => true, 3);
    await pay('-o', 'out', '--lock', '--on-drift', 'review');
    await link(file('out/_review/000.jpg'), file('kept.jpg'));
    await writeFile(file('out/_review/001.jpg'), 'retouched');
    const before = readFileSync(file('kept.jpg'));
    const taken = await runs('finish', '--on-drift', 'keep', '--json');
    expect(summaryOf(taken.stdout)).toMatchObject({ enhanced: 3, exitCode: 0 });
    expect(readdirSync(file('out/_review')).sort()).toEqual(['001.jpg', 'reasons.txt']);
    expect(readFileSync(file('out/000.jpg')).equals(before)).toBe(true);
    const reasons = readFileSync(file('out/_review/reasons.txt'), 'utf8');
    expect(reasons).toMatch(
      /^000\.jpg: does not look like its picture.*^000\.jpg: taken, it is 000\.jpg now$/ms,
    );
    const check = () => imgsys(home, ['check'], { cwd: folder });
    expect((await check()).stdout).toMatch(/^in-review\s+photos\/001\.jpg: \S[^\n]*\n$/);

    // As after a crash between the two: the next run does what is left, for the lock as well.
    await rm(file('out/_review/001.jpg'));
    await rename(file('kept.jpg'), file('out/_review/000.jpg'));
    await pay('-o', 'out', '--dry-run');
    expect(existsSync(file('out/_review/000.jpg'))).toBe(true);
    const again = await pay('-o', 'out', '--lock', '--json');
    expect(summaryOf(again.stdout)).toMatchObject({ skippedBy: { done: 3 } });
    expect(readdirSync(file('out/_review'))).toEqual(['reasons.txt']);
    expect((await check()).code).toBe(0);
    expect(billed()).toBe(3);
  });

  it('is on the sheet of its run once, where it is now', async () => {
    await serve(() => true, 1);
    await pay('-o', 'out', '--on-drift', 'review');
    const [run = ''] = /\d{4}-\S+/.exec((await runs('list')).stdout) ?? [];
    await runs('finish', run, '--on-drift', 'keep');
    await runs('report', run, '-o', 'sheet.html');
    const html = readFileSync(file('sheet.html'), 'utf8');
    const [, data = ''] = /id="data">(.*?)<\/script>/s.exec(html) ?? [];
    expect(JSON.parse(data).pictures).toMatchObject([
      { review: false, after: { href: './out/000.jpg', state: 'as-it-was' } },
    ]);
  });

  it('replaces nothing that lies there', async () => {
    await serve(() => true, 1);
    await mkdir(file('out/_review'), { recursive: true });
    await writePhotos(file('out/_review'), 1);
    const before = readFileSync(file('out/_review/000.jpg'));
    const { stdout } = await pay('-o', 'out', '--on-drift', 'review', '--on-exists', 'overwrite', '--json');
    const [done] = eventsOf(stdout, 'done');
    expect(done).toMatchObject({ output: 'out/_review/000-2.jpg', review: true });
    expect(readFileSync(file('out/_review/000.jpg')).equals(before)).toBe(true);
  });

  it.each([['in place', ['--in-place']]])('is refused %s, with the way out', async (_, args) => {
    await serve(() => true, 1);
    const { code, stderr } = await pay(...args, '--on-drift', 'review');
    expect(code).toBe(2);
    expect(stderr).toContain('--on-drift reject');
    expect(billed()).toBe(0);
  });
});

describe('--on-drift reject', () => {
  it('writes nothing, and what was bought can be had for nothing', async () => {
    await serve((at) => at === 1);
    const { code, stdout } = await pay('-o', 'out', '--on-drift', 'reject', '--json');
    expect(code).toBe(3);
    const [failed] = eventsOf(stdout, 'failed') as { source: string; hint: string }[];
    expect(failed).toMatchObject({ reason: 'drifted', cost: { reused: false }, drift: { measures: {} } });
    expect(readdirSync(file('out'))).toHaveLength(1);
    expect(summaryOf(stdout)).toMatchObject({ failedBy: { drifted: 1 }, drifted: 1, charges: { paid: 2 } });

    const again = await pay('-o', 'out', '--on-drift', 'reject', '--json');
    expect(summaryOf(again.stdout)).toMatchObject({
      failedBy: { drifted: 1 },
      charges: { paid: 0, reused: 0 },
    });
    const [run = ''] = /\d{4}-\S+/.exec(failed?.hint ?? '') ?? [];
    const aside = await runs('finish', run, '--on-drift', 'review', '--json');
    expect(eventsOf(aside.stdout, 'done')).toMatchObject([{ review: true }]);
    const taken = await runs('finish', run, '--on-drift', 'keep', '--json');
    expect(summaryOf(taken.stdout)).toMatchObject({ enhanced: 1, exitCode: 0 });
    expect(readdirSync(file('out')).sort()).toEqual(['000.jpg', '001.jpg', '_review']);
    expect(billed()).toBe(2);
  });

  it('leaves an original in place as it is', async () => {
    await serve(() => true, 1);
    const before = readFileSync(file('photos/000.jpg'));
    expect((await pay('--in-place', '--on-drift', 'reject')).code).toBe(3);
    expect(readFileSync(file('photos/000.jpg')).equals(before)).toBe(true);
    expect(readdirSync(file('photos'))).toEqual(['000.jpg']);
  });
});

describe('--drift-stop', () => {
  it('ends the run before the budget is gone, and the same command goes on', async () => {
    await serve((at) => at !== 1, 8);
    const stopped = await pay('-o', 'out', '--on-drift', 'review', '--drift-stop', '3', '--json');
    expect(stopped.code).toBe(15);
    const summary = summaryOf(stopped.stdout);
    expect(summary).toMatchObject({ stoppedBy: 'drift', exitCode: 15 });
    // One good one between them; a call or two was under way.
    expect(billed()).toBeGreaterThanOrEqual(5);
    expect(billed()).toBeLessThan(8);
    expect(summary.drifted).toBe(Number(summary.enhanced) - 1);
    const onward = await pay('-o', 'out', '--on-drift', 'review', '--drift-stop', '0', '--json');
    expect(summaryOf(onward.stdout)).toMatchObject({ exitCode: 0, skippedBy: { done: summary.enhanced } });
    expect(billed()).toBe(8);
  });

  it('says what to look at', async () => {
    await serve(() => true, 4);
    const { code, stderr } = await pay('-o', 'out', '--on-drift', 'reject', '--drift-stop', '2');
    expect(code).toBe(15);
    expect(stderr).toContain('stopped: the results move too far from their pictures');
    expect(stderr).toMatch(/imgsys runs finish \S+ --on-drift keep/);
    expect(stderr).toContain('--drift-stop 0');
  });

  it('leaves off after a sample that has drifted, where nobody is there to look', async () => {
    await serve(() => true, 4);
    const args = ['-o', 'out', '--on-drift', 'review', '--sample', '2', '--approve-under', '1', '--json'];
    const { code, stdout } = await pay(...args);
    expect(code).toBe(15);
    expect(eventsOf(stdout, 'sample')).toMatchObject([{ pictures: 2, bought: 2, drifted: 2, rest: 2 }]);
    expect(billed()).toBe(2);
  });
});

describe('answers that are charged and of no use', () => {
  const plain = ({ width, height }: EditRequest) =>
    sharp({ create: { width, height, channels: 3, background: '#345' } })
      .png()
      .toBuffer();

  it('end the run, also where everything is kept, and are told of once', async () => {
    server.set({ answer: plain });
    await writePhotos(file('photos'), 9);
    const { code, stderr } = await pay('-o', 'out', '--drift-stop', '3');
    expect(code).toBe(15);
    // A call or two was under way.
    expect(billed()).toBeGreaterThanOrEqual(3);
    expect(billed()).toBeLessThan(7);
    expect(stderr).toContain('stopped: one answer after another is of no use, and was charged');
    expect(stderr).toContain('--drift-stop 0');
    expect(stderr).not.toContain('run the same command again');
    expect(stderr.match(/imgsys runs retry/g)).toHaveLength(1);
  });

  it('are all bought with 0', async () => {
    server.set({ answer: plain });
    await writePhotos(file('photos'), 6);
    const { code, stdout } = await pay('-o', 'out', '--drift-stop', '0', '--json');
    expect(code).toBe(3);
    expect(summaryOf(stdout)).toMatchObject({ stoppedBy: null, failedBy: { 'answer-unusable': 6 } });
    expect(billed()).toBe(6);
  });
});

it('tells of pictures that came back as they were sent', async () => {
  server.set({
    answer: ({ images: [image] }: EditRequest) => sharp(image.bytes).jpeg({ quality: 85 }).toBuffer(),
  });
  await writePhotos(file('photos'), 2);
  const { code, stdout } = await pay('-o', 'out', '--json');
  expect(code).toBe(0);
  expect(summaryOf(stdout)).toMatchObject({ enhanced: 2, drifted: 0, asSent: 2 });
  const again = await pay('-o', 'more', '-q');
  expect(again.code).toBe(0);
});

it('tells of a model that is not there by its name', async () => {
  await serve(() => false);
  const there = { IMGSYS_KEY_OPENAI_COMPATIBLE: testKey, IMGSYS_BASE_URL_OPENAI_COMPATIBLE: server.baseUrl };
  home = { ...home, env: { ...home.env, ...there } };
  const { code, stderr } = await pay('-o', 'out', '--provider', 'openai-compatible', '--model', 'mine-9');
  expect([code, stderr]).toEqual([7, expect.stringContaining('the model mine-9 is not there for this key')]);
  expect(stderr).toContain('imgsys key verify openai-compatible --model mine-9');
  expect(stderr).not.toContain('run the same command again');
  expect(stderr).toMatch(/key IMGSYS_KEY_OPENAI_COMPATIBLE …\w+ \(from the environment\)/);
});

describe('one picture through a pipe', () => {
  const pipe = (...args: string[]) =>
    imgsys(home, ['enhance', '--provider', 'openai', ...args], {
      ...{ inputFile: file('photos/000.jpg'), stdin: 'pipe' },
    });

  it('is rejected, and had for nothing after all', async () => {
    await serve(() => true, 1);
    const refused = await pipe('--on-drift', 'reject');
    expect([refused.code, refused.stdout]).toEqual([3, '']);
    expect(refused.stderr).toContain('--on-drift keep');
    const kept = await pipe();
    expect(kept.code).toBe(0);
    expect(kept.stderr).toContain('does not look like its picture');
    expect(billed()).toBe(1);
  });

  it('is not put aside', async () => {
    await serve(() => true, 1);
    const { code, stderr } = await pipe('--on-drift', 'review');
    expect([code, stderr]).toEqual([2, expect.stringContaining('--on-drift reject')]);
    expect(billed()).toBe(0);
  });
});
