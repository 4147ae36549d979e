// A user with a key for the image service of the tests.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import sharp from 'sharp';
import { systemClock } from '../../src/clock.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { openPaidStore } from '../../src/paid/store.ts';
import { type Home, newHome, program } from './cli.ts';
import { type EditRequest, type ImageServer, testKey } from './image-server.ts';

/** A home whose environment holds a key that `server` accepts. */
export async function payingHome(server: ImageServer, key = testKey): Promise<Home> {
  const home = await newHome();
  const env = { ...home.env, IMGSYS_KEY_OPENAI: key, IMGSYS_BASE_URL_OPENAI: server.baseUrl };
  return { ...home, env };
}

/** Starts the program without waiting for its end; a code that is not 0 is no error. */
export function startImgsys(home: Home, args: readonly string[], cwd: string) {
  return execa(process.execPath, [program, ...args], {
    ...{ cwd, env: home.env, extendEnv: false, reject: false, stdin: 'ignore', stripFinalNewline: false },
  });
}

/** Answers that wait until they are let go: what is asked for meanwhile is billed and under way. */
export function holdAnswers(): {
  answer(request: EditRequest): Promise<Buffer>;
  letGo(): void;
} {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    async answer({ images: [image], width, height }) {
      await promise;
      return sharp(image.bytes).resize(width, height, { fit: 'fill' }).png().toBuffer();
    },
    letGo: resolve,
  };
}

/** Waits until `holds` says true. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(10);
}

/** The ledger of a home, open while `look` looks at it. */
export async function inLedger<T>(home: Home, look: (ledger: Ledger) => T): Promise<T> {
  const store = openPaidStore(join(home.folder, 'paid'));
  const ledger = await openLedger(join(home.folder, 'ledger.sqlite'), systemClock, undefined, (id) =>
    store.find(id),
  );
  try {
    return look(ledger);
  } finally {
    ledger.close();
  }
}
