import { spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { withLock } from '../../src/keystore/lock.ts';
import { Secret } from '../../src/secret.ts';
import { tempFolder } from '../helpers/temp.ts';
import { adding, findLost, killAtRandom } from './processes.ts';
import {
  fakeKeyring,
  keyFileStore,
  newFile,
  openAiKey,
  passphrase,
  refusal,
  storeAt,
  withPassphrase,
} from './stores.ts';

const temporaries = async (file: string) =>
  (await readdir(dirname(file))).filter((name) => name.endsWith('.tmp'));

describe('many processes', () => {
  it('add 5 keys each, 12 at once: 60 of 60 are there', async () => {
    const { file } = await keyFileStore();
    const ran = await Promise.all(Array.from({ length: 12 }, (_, at) => adding(file, `w${at}`, 5)));
    expect(ran.map(({ code, stderr }) => [code, stderr])).toEqual(Array(12).fill([0, '']));
    const acknowledged = ran.flatMap((each) => each.acknowledged);
    expect(new Set(acknowledged).size).toBe(60);
    expect(await storeAt(file).entries()).toHaveLength(61);
    expect(await storeAt(file).generation()).toBe(62);
    expect(await findLost(storeAt(file), acknowledged)).toEqual([]);
    expect(
      (await storeAt(file).entries()).filter(({ provider, isDefault }) => provider === 'p' && isDefault),
    ).toHaveLength(1);
    expect(await temporaries(file)).toEqual([]);
  });

  it('make the store at the same moment: one store, no key lost', async () => {
    const file = await newFile();
    const env = { IMGSYS_PASSPHRASE: passphrase };
    const ran = await Promise.all(['a', 'b', 'c', 'd'].map((prefix) => adding(file, prefix, 2, { env })));
    expect(ran.map(({ code, stderr }) => [code, stderr])).toEqual(Array(4).fill([0, '']));
    const store = storeAt(file, withPassphrase());
    expect((await store.entries()).map(({ id }) => id).sort()).toEqual(
      ran.flatMap((each) => each.acknowledged).sort(),
    );
    expect((await store.secret('p/d-1'))?.reveal()).toBe('value of d-1');
  });

  it('of which one loses the race leave nothing in the keychain', async () => {
    const file = await newFile();
    const keyring = fakeKeyring();
    const stores = ['a', 'b', 'c'].map((name) => storeAt(file, { keyring }).add(openAiKey(name)));
    expect(new Set((await Promise.all(stores)).map(({ id }) => id)).size).toBe(3);
    expect(await storeAt(file).entries()).toHaveLength(3);
    expect(keyring.items.size).toBe(1);
    expect(await storeAt(file, { keyring }).secret('openai/c')).toBeInstanceOf(Secret);
  });

  it('killed at random moments lose nothing that was acknowledged', async () => {
    const { file } = await keyFileStore();
    const { acknowledged, complaints, killed } = await killAtRandom(file, 60, 3);
    expect([killed, complaints]).toEqual([60, []]);
    expect(acknowledged.length).toBeGreaterThanOrEqual(48);
    expect(await findLost(storeAt(file), acknowledged)).toEqual([]);
    // Nothing stands in the way of the next one.
    await storeAt(file).add(openAiKey('after'));
  });
});

describe('a store that another process holds', () => {
  it('is waited for 10 seconds, then refused with 11 and left alone', async () => {
    const { file } = await keyFileStore();
    const generation = await storeAt(file).generation();
    const holder = new DatabaseSync(file.replace('.json', '.lock'));
    holder.exec('BEGIN EXCLUSIVE');
    let waitedMs = 0;
    const clock = {
      ...systemClock,
      monotonicMs: () => waitedMs,
      async sleep(ms: number) {
        waitedMs += ms;
      },
    };
    try {
      const error = await refusal(storeAt(file, { clock }).add(openAiKey('b')));
      expect([error.exitCode, error.message]).toEqual([
        11,
        expect.stringContaining('held by another process'),
      ]);
      expect(waitedMs).toBeGreaterThanOrEqual(10_000);
      expect(waitedMs).toBeLessThan(10_100);
      expect(await storeAt(file).generation()).toBe(generation);
    } finally {
      holder.close();
    }
    await storeAt(file).add(openAiKey('b'));
  });

  it('is used as soon as it is let go of', async () => {
    const { file } = await keyFileStore();
    const holder = new DatabaseSync(file.replace('.json', '.lock'));
    holder.exec('BEGIN EXCLUSIVE');
    let waits = 0;
    const clock = {
      ...systemClock,
      async sleep() {
        waits += 1;
        if (waits === 3) holder.close();
      },
    };
    await storeAt(file, { clock }).add(openAiKey('b'));
    expect(waits).toBe(3);
  });

  it('can be read meanwhile', async () => {
    const { file } = await keyFileStore();
    const holder = new DatabaseSync(file.replace('.json', '.lock'));
    holder.exec('BEGIN EXCLUSIVE');
    expect(await storeAt(file).entries()).toHaveLength(1);
    expect(await storeAt(file).secret('openai/default')).toBeInstanceOf(Secret);
    holder.close();
  });

  it('is not held while a person is asked or the keychain is waited for', async () => {
    const { file } = await keyFileStore();
    const lock = file.replace('.json', '.lock');
    const expectFree = () => {
      const other = new DatabaseSync(lock);
      other.exec('BEGIN EXCLUSIVE');
      other.close();
    };
    let looked = 0;
    const plain = fakeKeyring();
    const keyring = {
      ...plain,
      async set(account: string, value: string) {
        expectFree();
        looked += 1;
        await plain.set(account, value);
      },
      async get(account: string) {
        expectFree();
        looked += 1;
        return plain.get(account);
      },
    };
    await storeAt(file, { keyring }).addKeyring();
    await storeAt(file, { keyring }).removeSlot('keyfile');
    expect(looked).toBe(2);
  });
});

const canMount = process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0;

describe.skipIf(!canMount)('a full disk', () => {
  it('does not keep the lock from being taken', async ({ skip }) => {
    const folder = await tempFolder();
    const mounted =
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', folder]).status === 0;
    skip(!mounted, 'nothing may be mounted here');
    try {
      const file = join(folder, 'keystore.json');
      await withLock(file, systemClock, async () => {});
      spawnSync('dd', ['if=/dev/zero', `of=${join(folder, 'filler')}`, 'bs=4k']);
      await expect(withLock(file, systemClock, async () => 'taken')).resolves.toBe('taken');
    } finally {
      spawnSync('umount', ['-l', folder]);
    }
  });
});
