import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepElsewhere } from '../../src/paid/elsewhere.ts';
import { tempFolder } from '../helpers/temp.ts';

const bytes = Buffer.from('a picture');

describe('a last place for what was paid for', () => {
  it('is the first folder that takes it', async () => {
    const [first, second] = [await tempFolder(), await tempFolder()];
    writeFileSync(join(first, 'imgsys-r-x.img'), 'somebody else');
    const path = await keepElsewhere([join(first, 'none'), first, second], 'r-x', bytes);
    expect(path).toBe(join(second, 'imgsys-r-x.img'));
    expect(readFileSync(String(path))).toEqual(bytes);
    if (process.platform !== 'win32') expect(statSync(String(path)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(first, 'imgsys-r-x.img'), 'utf8')).toBe('somebody else');
  });

  it('may be none', async () => {
    expect(await keepElsewhere([join(await tempFolder(), 'none')], 'r-x', bytes)).toBeUndefined();
  });
});
