// What is too large for the memory budget is told before it is read.
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { imgsys, jsonLines, newHome } from '../helpers/cli.ts';
import { tempFolder } from '../helpers/temp.ts';

const hugeBytes = 600 * 2 ** 20;

describe('huge files under a small budget', () => {
  it('are passed over where they are no pictures, and named where they are', async () => {
    const cwd = await tempFolder();
    mkdirSync(join(cwd, 'in'));
    // Sparse: they take no room on the disk.
    writeFileSync(join(cwd, 'in/film.mov'), Buffer.from('\0\0\0\x14ftypqt  '));
    writeFileSync(join(cwd, 'in/scan.jpg'), Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]));
    for (const name of ['film.mov', 'scan.jpg']) truncateSync(join(cwd, 'in', name), hugeBytes);
    const args = ['enhance', 'in', '-o', 'out', '--json', '--max-memory', '200M'];
    const ran = await imgsys(await newHome(), args, { cwd });
    const told = jsonLines(ran.stdout).filter(({ type }) => type === 'failed' || type === 'skipped');
    expect(told).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'skipped', source: 'in/film.mov', reason: 'not-an-image' }),
        expect.objectContaining({ type: 'failed', source: 'in/scan.jpg', reason: 'needs-memory' }),
      ]),
    );
    expect(ran.code).toBe(3);
  });
});
