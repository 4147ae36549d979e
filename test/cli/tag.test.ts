import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { imgsys, jsonLines, newHome } from '../helpers/cli.ts';
import { writePhoto } from '../helpers/photos.ts';
import { tempFolder } from '../helpers/temp.ts';

describe('enhance --tag', () => {
  it('is kept with the run', async () => {
    const [home, cwd] = [await newHome(), await tempFolder()];
    await writePhoto(join(cwd, 'a.jpg'), 1);
    const ran = await imgsys(home, ['enhance', 'a.jpg', '-o', 'out', '--tag', ' spring catalogue '], { cwd });
    expect(ran).toMatchObject({ code: 0 });
    const listed = await imgsys(home, ['runs', 'list', '--json']);
    expect(jsonLines(listed.stdout)).toMatchObject([{ preset: 'auto', tag: 'spring catalogue' }]);
  });

  it.each([
    ['', '--tag is empty'],
    [' ', '--tag is empty'],
    ['a'.repeat(101), '--tag has more than 100 characters'],
  ])('%j is refused', async (tag, message) => {
    const ran = await imgsys(await newHome(), ['enhance', 'a.jpg', '-o', 'out', '--tag', tag]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(message);
  });
});
