import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PaidFacts } from '../../src/ledger/attempts.ts';
import { type Disk, systemDisk } from '../../src/paid/disk.ts';
import { openPaidStore } from '../../src/paid/store.ts';
import { tempFolder } from '../helpers/temp.ts';

const id = '2026-11-21T0412-k3f-x7qm2p';
const bytes = Buffer.from('the bytes of a picture'.repeat(1000));
const facts: PaidFacts = {
  costMicrousd: 52_700,
  costKind: 'measured',
  usage: { inputTextTokens: 20, inputImageTokens: 300, outputTokens: 4000 },
  requestId: 'req_1',
  sha256: createHash('sha256').update(bytes).digest('hex'),
  bytes: bytes.length,
};

let folder: string;

beforeEach(async () => {
  folder = join(await tempFolder(), 'state', 'paid');
});

const files = () => readdirSync(join(folder, '2026-11-21T0412-k3f')).sort();

/** A disk on which the process dies before (or right after) its nth step. */
function dying(step: number, when: 'before' | 'after'): Disk {
  let steps = 0;
  const mortal =
    <Args extends unknown[], Result>(act: (...args: Args) => Promise<Result>) =>
    async (...args: Args) => {
      steps += 1;
      if (steps === step && when === 'before') throw new Error('died');
      const result = await act(...args);
      if (steps === step) throw new Error('died');
      return result;
    };
  const { makeFolder, write, rename, syncFolder, removeFolder, read } = systemDisk;
  return {
    makeFolder: mortal(makeFolder),
    write: mortal(write),
    rename: mortal(rename),
    syncFolder: mortal(syncFolder),
    removeFolder,
    read,
  };
}

describe('the store of paid pictures', () => {
  it('gives back what was put', async () => {
    const store = openPaidStore(folder);
    await store.put(id, bytes, facts);
    expect(await openPaidStore(folder).find(id)).toEqual(facts);
    expect(readFileSync(store.pathOf(id)).equals(bytes)).toBe(true);
    expect(files()).toEqual(['x7qm2p.img', 'x7qm2p.json']);
  });

  it('gives back what little is known', async () => {
    const little: PaidFacts = {
      ...facts,
      costMicrousd: undefined,
      costKind: 'unknown',
      usage: undefined,
      requestId: undefined,
    };
    const store = openPaidStore(folder);
    await store.put(id, bytes, little);
    expect(await store.find(id)).toEqual(little);
  });

  it('makes nothing until something is put', async () => {
    expect(await openPaidStore(folder).find(id)).toBeUndefined();
    expect(() => readdirSync(folder)).toThrow('ENOENT');
  });

  it.skipIf(process.platform === 'win32')('is for its owner only', async () => {
    const store = openPaidStore(folder);
    await store.put(id, bytes, facts);
    await store.putEvidence(id, bytes);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const run = join(folder, '2026-11-21T0412-k3f');
    expect(statSync(run).mode & 0o777).toBe(0o700);
    expect(files().map((name) => statSync(join(run, name)).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
  });

  it('keeps an answer of no use apart', async () => {
    const store = openPaidStore(folder);
    await store.putEvidence(id, Buffer.from('{"oops":1}'));
    expect(await store.find(id)).toBeUndefined();
    expect(files()).toEqual(['x7qm2p.answer']);
  });

  it('keeps pictures of several runs and attempts apart, written at once', async () => {
    const store = openPaidStore(folder);
    const ids = [id, `${id}2`, '2026-11-21T0412-k3g-x7qm2p'];
    await Promise.all(ids.map((each, index) => store.put(each, bytes, { ...facts, costMicrousd: index })));
    const found = await Promise.all(ids.map((each) => store.find(each)));
    expect(found.map((each) => each?.costMicrousd)).toEqual([0, 1, 2]);
  });

  it.each([
    '',
    'x',
    '../x-y',
    'a/b-c',
    'a-b/c',
    'a-../../b',
    '-a',
  ])('takes no %j for an id', async (wrong) => {
    const store = openPaidStore(folder);
    expect(() => store.pathOf(wrong)).toThrow(TypeError);
    await expect(store.put(wrong, bytes, facts)).rejects.toThrow(TypeError);
  });
});

describe('a process that dies while it puts a picture', () => {
  // Folder; sidecar: write, rename, sync; bytes: write, rename, sync.
  const steps = [1, 2, 3, 4, 5, 6, 7];
  const written = 5;

  it.each(
    steps.flatMap((step) => [[step, 'before'] as const, [step, 'after'] as const]),
  )('at step %i, %s it: all of it is there, or nothing', async (step, when) => {
    await expect(openPaidStore(folder, dying(step, when)).put(id, bytes, facts)).rejects.toThrow('died');
    const store = openPaidStore(folder);
    const isWritten = step > written || (step === written && when === 'after');
    expect(await store.find(id)).toEqual(isWritten ? facts : undefined);
    if (isWritten) expect(readFileSync(store.pathOf(id)).equals(bytes)).toBe(true);
    await store.put(id, bytes, facts);
    expect(await store.find(id)).toEqual(facts);
    expect(files()).toEqual(['x7qm2p.img', 'x7qm2p.json']);
  });

  it('takes no more than those steps', async () => {
    await openPaidStore(folder, dying(steps.length + 1, 'before')).put(id, bytes, facts);
  });

  it('having written a part of the bytes: nothing is there', async () => {
    await expect(openPaidStore(folder, dying(6, 'before')).put(id, bytes, facts)).rejects.toThrow('died');
    writeFileSync(join(folder, '2026-11-21T0412-k3f', 'x7qm2p.img.tmp'), bytes.subarray(0, 4096));
    expect(await openPaidStore(folder).find(id)).toBeUndefined();
  });
});

describe('what happened to the files since', () => {
  it.each([
    ['the bytes were removed', () => rmSync(at('img')), undefined],
    ['the bytes were cut', () => writeFileSync(at('img'), bytes.subarray(1)), undefined],
    ['the bytes were changed', () => writeFileSync(at('img'), Buffer.from(bytes).fill(0, 0, 1)), undefined],
    ['the sidecar was removed', () => rmSync(at('json')), 'unknown'],
    ['the sidecar was damaged', () => writeFileSync(at('json'), '{"version":1,"sha'), 'unknown'],
  ])('%s', async (_, change, costKind) => {
    const store = openPaidStore(folder);
    await store.put(id, bytes, facts);
    change();
    const found = await store.find(id);
    expect(found?.costKind).toBe(costKind);
    if (found !== undefined) expect(found).toMatchObject({ sha256: facts.sha256, bytes: facts.bytes });
  });

  const at = (ending: string) => join(folder, '2026-11-21T0412-k3f', `x7qm2p.${ending}`);
});

describe('a disk that refuses', () => {
  const refusing = (code: string): Disk => ({
    ...systemDisk,
    write: () => Promise.reject(Object.assign(new Error(code), { code })),
    read: () => Promise.reject(Object.assign(new Error(code), { code })),
  });

  it.each([
    ['ENOSPC', 'disk-full', /: no space left on the disk$/, /free some space/],
    ['EDQUOT', 'disk-full', /: the disk quota is used up$/, /free some space/],
    ['EACCES', 'write-failed', /: no permission/, /check who may write/],
    ['EIO', 'write-failed', /input\/output error/, /check/],
  ])('%s to write: %s', async (code, reason, message, hint) => {
    const put = openPaidStore(folder, refusing(code)).put(id, bytes, facts);
    await expect(put).rejects.toMatchObject({
      name: 'ItemError',
      reason,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
    await expect(put).rejects.toThrow(`what was paid for cannot be kept in ${folder}`);
  });

  it('takes the picture once there is room again', async () => {
    let full = true;
    const disk: Disk = {
      ...systemDisk,
      write: (path, content) =>
        full && path.includes('.img')
          ? refusing('ENOSPC').write(path, content)
          : systemDisk.write(path, content),
    };
    const store = openPaidStore(folder, disk);
    await expect(store.put(id, bytes, facts)).rejects.toMatchObject({ reason: 'disk-full' });
    full = false;
    await store.put(id, bytes, facts);
    expect(await store.find(id)).toEqual(facts);
  });

  it.each(['ENOSPC', 'EROFS', 'EIO'])('is found out before anything is paid (%s)', async (code) => {
    await expect(openPaidStore(folder, refusing(code)).prove()).rejects.toMatchObject({
      reason: code === 'ENOSPC' ? 'disk-full' : 'write-failed',
    });
  });

  it('that is none leaves nothing behind when it is tried', async () => {
    await openPaidStore(folder).prove();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('takes the picture after its folder was removed', async () => {
    const store = openPaidStore(folder);
    await store.put(id, bytes, facts);
    rmSync(folder, { recursive: true });
    await expect(store.put(id, bytes, facts)).rejects.toMatchObject({ reason: 'write-failed' });
    await store.put(id, bytes, facts);
    expect(await store.find(id)).toEqual(facts);
  });

  it('to read is not nothing', async () => {
    await expect(openPaidStore(folder, refusing('EACCES')).find(id)).rejects.toMatchObject({
      name: 'ItemError',
      reason: 'read-failed',
    });
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('a real one', async () => {
    const store = openPaidStore(folder);
    await store.put(id, bytes, facts);
    chmodSync(folder, 0o500);
    await expect(openPaidStore(folder).put('other-run', bytes, facts)).rejects.toMatchObject({
      reason: 'write-failed',
    });
    chmodSync(folder, 0o700);
  });
});

describe('a write that fails for a moment', () => {
  const failing = (code: string, times: number): Disk => {
    let left = times;
    return {
      ...systemDisk,
      async write(path, content) {
        left -= 1;
        if (left >= 0) throw Object.assign(new Error(code), { code });
        return systemDisk.write(path, content);
      },
    };
  };

  it.each(['EMFILE', 'ENFILE', 'EIO', 'EINTR'])('is tried again: %s', async (code) => {
    const store = openPaidStore(folder, failing(code, 2), [1, 1]);
    await store.put(id, bytes, facts);
    expect(await store.find(id)).toEqual(facts);
  });

  it('is told when it goes on failing', async () => {
    const store = openPaidStore(folder, failing('EMFILE', 3), [1, 1]);
    await expect(store.put(id, bytes, facts)).rejects.toMatchObject({ reason: 'write-failed' });
  });

  it.each(['ENOSPC', 'EROFS'])('is not tried again where that would not help: %s', async (code) => {
    const store = openPaidStore(folder, failing(code, 1), [1, 1]);
    await expect(store.put(id, bytes, facts)).rejects.toMatchObject({ name: 'ItemError' });
  });
});
