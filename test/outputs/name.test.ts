import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../src/errors.ts';
import { checkTemplate, collisionKey, outputPlace, renamed } from '../../src/outputs/name.ts';

const plain = {
  folder: '/out',
  template: '{name}.{ext}',
  suffix: '',
  preset: 'auto',
  format: 'jpeg',
} as const;
const place = (relative: string, options: Partial<Parameters<typeof outputPlace>[1]> = {}) =>
  outputPlace(relative, { ...plain, platform: 'linux', ...options });

describe('the extension of an output', () => {
  it.each([
    ['rooms/bath.jpg', 'jpeg', '/out/rooms/bath.jpg'],
    ['rooms/bath.JPG', 'jpeg', '/out/rooms/bath.JPG'],
    ['a.jpeg', 'jpeg', '/out/a.jpeg'],
    ['a.jpe', 'jpeg', '/out/a.jpe'],
    ['a.TIFF', 'tiff', '/out/a.TIFF'],
    ['a.tif', 'tiff', '/out/a.tif'],
    ['a.tif', 'webp', '/out/a.webp'],
    ['a.jpg', 'tiff', '/out/a.tif'],
    ['photo.heic', 'jpeg', '/out/photo.jpg'],
    ['jpeg-named.png', 'jpeg', '/out/jpeg-named.jpg'],
    ['no_extension', 'png', '/out/no_extension.png'],
    ['scan.2024', 'jpeg', '/out/scan.2024.jpg'],
    ['double.jpg.png', 'png', '/out/double.jpg.png'],
    ['x.png[0]', 'png', '/out/x.png[0].png'],
    ['img.tif:2', 'tiff', '/out/img.tif:2.tif'],
    ['.png', 'png', '/out/.png.png'],
    ['..png', 'png', '/out/..png'],
    ['...', 'png', '/out/....png'],
    ['back\\slash.png', 'png', '/out/back\\slash.png'],
    ['new\nline.png', 'png', '/out/new\nline.png'],
  ] as const)('%j as %s is %j', (relative, format, expected) => {
    expect(place(relative, { format })).toBe(expected);
  });
});

describe('a name template', () => {
  it.each([
    ['{name}-{preset}.{ext}', 'r/bath.JPG', '/out/r/bath-auto.JPG'],
    ['{name}-{preset}', 'r/bath.JPG', '/out/r/bath-auto.JPG'],
    ['{preset}/{name}.{ext}', 'r/bath.jpg', '/out/r/auto/bath.jpg'],
    ['{parent}_{name}.{ext}', 'a/b/c.jpg', '/out/a/b/b_c.jpg'],
    ['{parent}/{name}.{ext}', 'c.jpg', '/out/c.jpg'],
    ['{name}-{source-ext}.{ext}', 'a.heic', '/out/a-heic.jpg'],
    ['{format}-{name}.{ext}', 'a.heic', '/out/jpeg-a.jpg'],
    ['{name}.{ext}', 'a $& $1.jpg', '/out/a $& $1.jpg'],
    ['{name}.{ext}', '{preset}.jpg', '/out/{preset}.jpg'],
  ])('%s of %s is %s', (template, relative, expected) => {
    expect(() => checkTemplate(template)).not.toThrow();
    expect(place(relative, { template })).toBe(expected);
  });

  it('puts the suffix in front of the extension', () => {
    expect(place('a.jpg', { suffix: '-enhanced' })).toBe('/out/a-enhanced.jpg');
  });

  it.each([
    '{nam}.{ext}',
    'fixed.{ext}',
    '{name}{ext}',
    '{ext}/{name}',
    '../{name}.{ext}',
    '/{name}.{ext}',
    '{name}/../../x.{ext}',
    '{name',
    '{name}}',
    '{name}\\x',
    '{name}\0',
    '{name}/.{ext}',
    '',
  ])('%j is refused with exit 2', (template) => {
    expect(() => checkTemplate(template)).toThrow(
      expect.objectContaining({ name: 'CommandError', exitCode: 2 }),
    );
  });

  it('refuses a suffix with a slash or without end', () => {
    expect(() => checkTemplate('{name}.{ext}', '/x')).toThrow(CommandError);
    expect(() => checkTemplate('{name}.{ext}', 'x'.repeat(200))).toThrow(CommandError);
  });

  it('never leaves the folder', () => {
    expect(place('../../etc/passwd')).toBe('/out/etc/passwd.jpg');
    expect(place('a.jpg', { template: '{preset}/{name}.{ext}', preset: '../x' })).toBe('/out/..-x/a.jpg');
    expect(place('a.jpg', { template: '{preset}/{name}.{ext}', preset: '..' })).toBe('/out/a.jpg');
  });
});

describe('long names', () => {
  const long = 'é'.repeat(125);

  it('are cut between characters and keep a hash of the whole', () => {
    const name = place(`${long}.png`, { suffix: '-enhanced', format: 'png' }).slice('/out/'.length);
    const hash = createHash('sha256').update(`${long}-enhanced.png`).digest('hex').slice(0, 8);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(Buffer.byteLength(name)).toBeGreaterThan(250);
    expect(name).toMatch(new RegExp(`^é+~${hash}-enhanced\\.png$`));
  });

  it('stay apart', () => {
    expect(place(`${'a'.repeat(250)}1.heic`, { suffix: '-x' })).not.toBe(
      place(`${'a'.repeat(250)}2.heic`, { suffix: '-x' }),
    );
  });

  it('of exactly 255 bytes stay as they are', () => {
    expect(place(`${'a'.repeat(251)}.jpg`)).toBe(`/out/${'a'.repeat(251)}.jpg`);
  });

  it('do not break an emoji made of several', () => {
    const name = place(`${'👩‍👩‍👧'.repeat(14)}.jpg`, { suffix: '-enhanced' }).slice('/out/'.length);
    expect(name).toMatch(/^(👩‍👩‍👧)+~[0-9a-f]{8}-enhanced\.jpg$/u);
  });

  it('are cut on Windows, too', () => {
    const options = { folder: 'C:\\out', platform: 'win32', suffix: '-x' } as const;
    expect(place(`${'a'.repeat(251)}.jpg`, options)).toMatch(/^C:\\out\\a{238,242}~[0-9a-f]{8}-x\.jpg$/);
  });
});

describe('names on Windows', () => {
  it.each([
    ['CON.png', 'CON_.png'],
    ['aux.png', 'aux_.png'],
    ['nul', 'nul_.png'],
    ['COM1.foo.png', 'COM1_.foo.png'],
    ['console.png', 'console.png'],
    ['colon:name.png', 'colon_name.png'],
    ['a?b*.png', 'a_b_.png'],
    ['dir. /x.png', 'dir__\\x.png'],
    ['tab\tname.png', 'tab_name.png'],
  ])('%j becomes %j', (relative, expected) => {
    expect(place(relative, { folder: 'C:\\out', platform: 'win32', format: 'png' })).toBe(
      `C:\\out\\${expected}`,
    );
  });

  it('are left alone elsewhere', () => {
    expect(place('CON.png', { format: 'png' })).toBe('/out/CON.png');
  });
});

describe('collisionKey', () => {
  it.each([
    ['/out/Case.png', '/out/CASE.PNG', true],
    ['/out/café.png', '/out/cafe\u0301.png', true],
    ['/out/CAFÉ.png', '/out/cafe\u0301.png', true],
    ['/out/ÅNGSTRÖM.jpg', '/out/a\u030angstro\u0308m.jpg', true],
    ['/out/a.png', '/out/b.png', false],
    ['/out/a.png', '/out/a.jpg', false],
    ['/out/strasse.png', '/out/straße.png', false],
  ])('%s and %s: %s', (one, other, same) => {
    expect(collisionKey(one) === collisionKey(other)).toBe(same);
  });
});

describe('renamed', () => {
  it.each([
    ['/out/bath.jpg', 2, '/out/bath-2.jpg'],
    ['/out/bath', 3, '/out/bath-3'],
    ['/out/.png.png', 2, '/out/.png-2.png'],
    ['/out/a.b/bath.tar.gz', 10, '/out/a.b/bath.tar-10.gz'],
  ])('%s, %i is %s', (path, n, expected) => {
    expect(renamed(path, n)).toBe(expected);
  });

  it('stays within 255 bytes and differs by number', () => {
    const path = `/out/${'a'.repeat(251)}.jpg`;
    expect(Buffer.byteLength(renamed(path, 2)) - '/out/'.length).toBe(255);
    expect(renamed(path, 2)).not.toBe(renamed(path, 3));
  });
});
