import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findUnknown } from '../../src/paid/unknown.ts';
import { tempFolder } from '../helpers/temp.ts';

/** A store with a bought picture of each of these runs, and what a desktop leaves. */
async function storeOf(...runs: string[]): Promise<string> {
  const folder = await tempFolder();
  for (const run of runs) {
    await mkdir(join(folder, run));
    await writeFile(join(folder, run, 'a.img'), '');
  }
  await writeFile(join(folder, '.DS_Store'), '');
  await mkdir(join(folder, 'empty'));
  return folder;
}

describe('findUnknown', () => {
  it.each([
    ['nothing', [], [], []],
    ['what is known', ['r1', 'r2'], ['r1', 'r2'], []],
    ['the one that is not', ['r1', 'r2'], ['r1'], ['r2']],
    ['the only one', ['r1'], [], ['r1']],
    ['each of several', ['r1', 'r2', 'r3'], ['r2'], ['r1', 'r3']],
    ['all at once', ['r1', 'r2', 'r3'], [], ['']],
  ])('names %s', async (_, runs, known, told) => {
    const folder = await storeOf(...runs);
    const found = await findUnknown(folder, (run) => new Set(known.includes(run) ? [`${run}-a`] : []));
    expect(found.sort()).toEqual(told.map((name) => join(folder, name).replace(/\/$/, '')));
  });
});
