// A user who has bought pictures, set a limit and settings, and stored a key: what the trials damage copies of.
import { chmodSync, cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ImageServer, startImageServer } from '../../test/helpers/image-server.ts';
import { writePhotos } from '../../test/helpers/photos.ts';
import { runTrial } from './network-trial.ts';

export interface DamageLab {
  readonly server: ImageServer;
  /** The folder that holds `photos`. */
  readonly folder: string;
  /** A copy of the user's home as it was left. */
  copy(): string;
  envOf(home: string): Record<string, string>;
  close(): Promise<void>;
}

const key = 'sk-proj-CANARY-damage-0123456789-aaaa';
/** Pictures that were bought. */
export const bought = 4;
/** The paid run into the folder `out`. */
export const enhance = (out = 'out') => ['enhance', 'photos', '-o', out, '--provider', 'openai', '--json'];

/** Builds it below `place` with the program itself. */
export async function openDamageLab(place: string): Promise<DamageLab> {
  const server = await startImageServer({ keys: { [key]: 'org-test' }, answer: 'identity' });
  const folder = mkdtempSync(join(place, 'lab-'));
  const template = join(folder, 'home');
  const passphrase = join(folder, 'passphrase');
  writeFileSync(passphrase, 'CANARY-passphrase of the trials\n', { mode: 0o600 });
  await writePhotos(join(folder, 'photos'), bought);
  const envOf = (home: string) => ({ IMGSYS_HOME: home, HOME: home, IMGSYS_PASSPHRASE_FILE: passphrase });
  const steps: readonly (readonly [readonly string[], string?])[] = [
    [['key', 'add', 'openai', '--stdin', '--base-url', server.baseUrl], `${key}\n`],
    [['config', 'set', 'output-quality', '88']],
    [['usage', 'limit', 'set', '--daily', '5']],
    [enhance()],
  ];
  for (const [args, stdin] of steps) {
    const trial = { args, cwd: folder, env: envOf(template), hungAfterMs: 300_000 };
    const { code, stderr } = await runTrial(stdin === undefined ? trial : { ...trial, stdin });
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
  }
  let copies = 0;
  return {
    ...{ server, folder, envOf },
    copy() {
      copies += 1;
      const home = join(folder, `home-${copies}`);
      cpSync(template, home, { recursive: true });
      chmodSync(home, 0o700);
      return home;
    },
    close: () => server.close(),
  };
}
