import { chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type KeyStoreContext, storeCommand } from '../../src/commands/key/store.ts';
import { Secret } from '../../src/secret.ts';
import { tempFolder } from '../helpers/temp.ts';
import {
  apiKey,
  fakeKeyring,
  newFile,
  type Opening,
  openAiKey,
  passphrase,
  refusal,
  storeAt,
  withPassphrase,
} from '../keystore/stores.ts';

interface Given extends Opening {
  readonly stdin?: string;
}

/** Runs `imgsys key store ...args` on the store at `file`. */
async function run(file: string, args: string[], { stdin = '', ...opening }: Given = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const context = {
    streams: { stdin: Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]), stdout, stderr },
    keystore: async () => storeAt(file, opening),
    ...(opening.askPassphrase === undefined ? {} : { askPassphrase: opening.askPassphrase }),
  } as unknown as KeyStoreContext;
  const command = storeCommand(context);
  for (const each of [command, ...command.commands]) {
    each.exitOverride().configureOutput({ writeErr: () => {}, writeOut: (text) => stdout.write(text) });
  }
  await command.parseAsync(args, { from: 'user' });
  return { stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

describe('imgsys key store', () => {
  it('status says where the store would be while there is none', async () => {
    const file = await newFile();
    const { stdout, stderr } = await run(file, ['status']);
    expect(stdout).toBe(`key store   none yet, would be ${file}\n`);
    expect(stderr).toBe('imgsys: hint: the first imgsys key add makes it\n');
    expect(JSON.parse((await run(file, ['status', '--json'])).stdout)).toEqual({
      ...{ type: 'key-store', file, exists: false, generation: 0, keys: 0, slots: [] },
    });
  });

  it('status says in words what opens it, without opening it', async () => {
    const file = await newFile();
    const keyring = fakeKeyring();
    await storeAt(file, { keyring }).add(openAiKey());
    keyring.fail = 'LOCKED';
    const { stdout, stderr } = await run(file, ['status'], { keyring });
    expect(stdout).toMatch(
      new RegExp(
        `^key store {3}${file}\\nholds {7}1 key\\nopened by {3}the keychain of this machine \\(imgsys master:[-0-9a-f]+\\), slot keyring\\n$`,
      ),
    );
    expect(stderr).toContain('hint: if the keychain is lost, so are the keys');
    expect(stderr).toContain('imgsys key store add-passphrase');
  });

  it('add-passphrase asks at the terminal, and changes the one there is', async () => {
    const file = await newFile();
    const keyring = fakeKeyring();
    await storeAt(file, { keyring }).add(openAiKey());
    const asked: string[] = [];
    const askPassphrase = async (what: string) => {
      asked.push(what);
      return new Secret(passphrase);
    };
    const first = await run(file, ['add-passphrase'], { keyring, askPassphrase });
    expect(first.stderr).toBe('imgsys: the passphrase opens the key store from now on\n');
    expect(asked).toEqual(['new']);
    const second = await run(file, ['add-passphrase', '--stdin'], {
      keyring,
      stdin: 'the second passphrase\n',
    });
    expect(second.stderr).toBe('imgsys: the passphrase of the key store was changed\n');
    const store = storeAt(file, withPassphrase('the second passphrase'));
    expect((await store.secret('openai/default'))?.reveal()).toBe(apiKey);
  });

  it.each([
    '',
    '\n',
    'one line\nand another one\n',
    'x'.repeat(5000),
  ])('add-passphrase --stdin refuses %j', async (stdin) => {
    const error = await refusal(run(await newFile(), ['add-passphrase', '--stdin'], { stdin }));
    expect([error.exitCode, error.message]).toEqual([2, expect.stringContaining('on one line')]);
  });

  it('add-passphrase without a terminal says how to give it', async () => {
    const error = await refusal(run(await newFile(), ['add-passphrase']));
    expect([error.exitCode, error.hint]).toEqual([2, expect.stringContaining('--stdin')]);
  });

  it('add-keyfile warns of what it is worth, and status goes on warning', async () => {
    const file = await newFile();
    const path = join(await tempFolder(), 'master.key');
    const { stderr } = await run(file, ['add-keyfile', path]);
    expect(stderr).toContain(
      'warning: a key file protects only copies of the store that are made without it',
    );
    expect(stderr).toContain(`imgsys: ${path} opens the key store from now on`);
    const status = await run(file, ['status']);
    expect(status.stdout).toContain(`opened by   the key file (${path}), slot keyfile`);
    expect(status.stderr).toContain(
      'warning: whoever copies the store and its key file together has the keys',
    );
  });

  it('add-keyring and remove-slot change what opens it, told as JSON', async () => {
    const file = await newFile();
    const keyring = fakeKeyring();
    const opening = () => ({ keyring, ...withPassphrase() });
    await storeAt(file, withPassphrase()).add(openAiKey());
    const added = JSON.parse((await run(file, ['add-keyring', '--json'], opening())).stdout);
    expect(added).toMatchObject({
      exists: true,
      keys: 1,
      slots: [{ type: 'passphrase' }, { type: 'keyring' }],
    });
    const removed = await run(file, ['remove-slot', 'passphrase', '--json'], opening());
    expect(JSON.parse(removed.stdout).slots).toEqual([{ type: 'keyring', place: expect.any(String) }]);
    expect(removed.stderr).toBe('imgsys: the passphrase does not open the key store any more\n');
    const last = await refusal(run(file, ['remove-slot', 'keyring'], opening()));
    expect([last.exitCode, last.message]).toEqual([
      2,
      expect.stringContaining('the only way into the key store'),
    ]);
    await expect(run(file, ['remove-slot', 'door'], opening())).rejects.toThrow(
      /choices are keyring, passphrase/i,
    );
  });

  it('says of an unsafe file what mends it', async () => {
    const file = await newFile();
    await storeAt(file, withPassphrase()).add(openAiKey());
    await chmod(dirname(file), 0o755);
    const error = await refusal(run(file, ['status']));
    expect([error.exitCode, error.hint]).toEqual([12, `run: chmod 700 ${dirname(file)}`]);
  });
});
