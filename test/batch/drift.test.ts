import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { watchDrift } from '../../src/batch/drift.ts';
import type { EngineResult } from '../../src/batch/engine.ts';
import { type AnswerFault, ChargedForNothing, ItemError } from '../../src/errors.ts';
import type { DriftReason } from '../../src/images/drift/drift.ts';
import { moveBeside, noteReason, reviewPlace } from '../../src/outputs/review.ts';
import type { StopReason } from '../../src/report/events.ts';

const measures = { structure: 0.1, colour: 20, edges: 0.1, blank: false, unchanged: false };

function result(reasons: readonly DriftReason[], reused = false): EngineResult {
  return {
    ...{ steps: [], skipped: [], text: '', width: 1, height: 1, state: 'enhanced', warnings: [] },
    ...{ bytes: 1, sha256: '', drift: { measures, reasons } },
    cost: { provider: 'openai', model: 'm', microusd: 1, kind: 'measured', reused },
  };
}

function stopsAfter(
  results: readonly (EngineResult | Error)[],
  onDrift: 'keep' | 'review' | 'reject',
  driftStop: number,
) {
  const stopped: StopReason[] = [];
  const watch = watchDrift({ onDrift, driftStop }, { stop: (reason) => void stopped.push(reason) });
  return (
    1 +
    results.findIndex((one) => {
      if (one instanceof Error) watch.failed(one);
      else watch.see(one);
      return stopped.length > 0;
    })
  );
}

const far = result(['structure']);
const good = result([]);

const useless = (fault: AnswerFault) => () =>
  new ChargedForNothing('no', { fault, hint: undefined, cause: undefined });
const blank = useless('blank');
const shape = useless('shape');
const twice = blank();

describe('watchDrift', () => {
  it.each([
    ['so many alike in a row', [far, far, far], 3],
    ['not with a good one between', [far, far, good, far], 0],
    ['not of two kinds', [far, far, result(['colour']), far], 0],
    ['by the first reason', [far, result(['structure', 'colour']), far], 3],
    ['passing over what was bought before', [far, result([], true), far, far], 4],
    ['not counting what was bought before', [far, result(['structure'], true), far], 0],
    ['passing over what nobody was paid for', [far, far, { ...far, cost: undefined } as never, far], 4],
  ])('%s', (_, results, at) => {
    expect(stopsAfter(results, 'review', 3)).toBe(at);
    expect(stopsAfter(results, 'reject', 3)).toBe(at);
  });

  it.each([
    ['so many alike in a row', [blank(), blank(), blank()], 3],
    ['not of two kinds', [blank(), blank(), shape(), blank()], 0],
    ['not with a picture between', [blank(), blank(), good, blank()], 0],
    ['not counting what was bought before', [blank(), blank(), new ItemError('answer-unusable', 'no')], 0],
    ['not one that two files share twice', [blank(), twice, twice, shape()], 0],
    ['passing over what failed for nothing', [blank(), new ItemError('damaged', 'no'), blank(), blank()], 4],
  ])('of no use: %s', (_, results, at) => {
    for (const onDrift of ['keep', 'review', 'reject'] as const) {
      expect(stopsAfter(results, onDrift, 3)).toBe(at);
      expect(stopsAfter(results, onDrift, 0)).toBe(0);
    }
  });

  it('only reports where results are kept, and with 0', () => {
    expect(stopsAfter([far, far, far], 'keep', 1)).toBe(0);
    expect(stopsAfter([far, far, far], 'review', 0)).toBe(0);
  });
});

describe('the folder for review', () => {
  it('takes lines of several at once, whole', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'imgsys-review-'));
    const place = (at: number) => reviewPlace(folder, join(folder, 'rooms', `${at}.jpg`));
    await Promise.all(Array.from({ length: 40 }, (_, at) => noteReason(folder, place(at), 'is\nfar')));
    const lines = (await readFile(join(folder, '_review/reasons.txt'), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(40);
    expect(new Set(lines.map((line) => /^rooms\/\d+\.jpg: is\S+far$/.test(line)))).toEqual(new Set([true]));
  });

  it.each([
    ['a link', (path: string, elsewhere: string) => symlink(elsewhere, path)],
    ['a link to nothing', (path: string) => symlink('no-such-file', path)],
    ['a named pipe', (path: string) => promisify(execFile)('mkfifo', [path])],
    ['a folder', (path: string) => mkdir(path)],
  ])('writes its reasons through no link: %s', async (_, make) => {
    const folder = await mkdtemp(join(tmpdir(), 'imgsys-review-'));
    await mkdir(join(folder, '_review'));
    const elsewhere = join(folder, 'profile');
    await writeFile(elsewhere, 'mine\n');
    await make(join(folder, '_review/reasons.txt'), elsewhere);
    const noted = noteReason(folder, join(folder, '_review', '$(touch a).jpg'), 'far');
    await expect(noted).rejects.toMatchObject({ reason: 'write-failed', hint: expect.any(String) });
    expect(await readFile(elsewhere, 'utf8')).toBe('mine\n');
    expect(existsSync(join(folder, 'no-such-file'))).toBe(false);
  });

  it('takes a temporary file over, and replaces none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'imgsys-review-'));
    const place = reviewPlace(folder, join(folder, 'a.jpg'));
    await writeFile(join(folder, 'temp'), 'picture');
    const moved = await moveBeside(join(folder, 'temp'), place, 'run-1');
    expect(await readFile(moved, 'utf8')).toBe('picture');
    await expect(readFile(join(folder, 'temp'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
