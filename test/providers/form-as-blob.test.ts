import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { formAsBlob } from '../../src/providers/form-as-blob.ts';

describe('a form as a Blob', () => {
  it('holds what the form does', async () => {
    const form = new FormData();
    const bytes = Buffer.from(Array.from({ length: 200_001 }, (_, at) => at % 251));
    form.append('prompt', 'two\nlines, "quoted", –');
    form.append('image[]', new File([bytes], 'image.jpeg', { type: 'image/jpeg' }));
    form.append('a "name"', new File(['x'], 'a "file"'));
    const blob = formAsBlob(form);
    const read = await new Response(blob, { headers: { 'content-type': blob.type } }).formData();
    expect([...read.keys()]).toEqual(['prompt', 'image[]', 'a "name"']);
    expect(read.get('prompt')).toBe('two\nlines, "quoted", –');
    const image = read.get('image[]') as File;
    expect([image.name, image.type]).toEqual(['image.jpeg', 'image/jpeg']);
    expect(Buffer.from(await image.arrayBuffer()).equals(bytes)).toBe(true);
    expect((read.get('a "name"') as File).name).toBe('a "file"');
  });

  it('is sent by a process that outlives a call which is stopped meanwhile', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      fileURLToPath(new URL('stopped-form.ts', import.meta.url)),
    ]);
    expect(stdout).toBe('alive\n');
  });
});
