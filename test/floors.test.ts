import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

// The floors of the house: an import may only point to a lower one; rooms of one floor do not know one another.
const root = fileURLToPath(new URL('../src', import.meta.url));
const floorOfFile: Readonly<Record<string, number>> = {
  'cli.ts': 5,
  'balance-check.ts': 3,
  'context.ts': 3,
  'image-worker.ts': 3,
  'local-engine.ts': 3,
  'local-workers.ts': 3,
  'run-ledger.ts': 3,
  'ledger-gap.ts': 3,
  'open-picture.ts': 3,
  'remote-engine.ts': 3,
  'remote-learn.ts': 3,
  'remote-maker.ts': 3,
  'remote-payer.ts': 3,
  'remote-restore.ts': 3,
  'remote-run.ts': 3,
  'remote-service.ts': 3,
  'purchase-book.ts': 3,
  'market.ts': 3,
  'price-warning.ts': 3,
  'quoted-prices.ts': 3,
  'errors.ts': 0,
  'review-folder.ts': 0,
  'streams.ts': 0,
  'sync-folder.ts': 0,
  'hash-file.ts': 0,
  'clock.ts': 0,
  'text.ts': 0,
  'money.ts': 0,
  'quantities.ts': 0,
  'suggest.ts': 0,
  'json.ts': 0,
  'operations.ts': 0,
  'lanczos.ts': 0,
  'system-errors.ts': 0,
  'secret.ts': 0,
  'settle-hints.ts': 0,
  'turns.ts': 0,
  'redact.ts': 0,
  'credentials.ts': 3,
  'disclosure.ts': 3,
  'source-types.ts': 0,
};
const floorOfFolder: Readonly<Record<string, number>> = {
  commands: 4,
  credentials: 3,
  batch: 2,
  purchases: 2,
  sheet: 2,
  doctor: 1,
  images: 1,
  ledger: 1,
  lock: 1,
  outputs: 1,
  paid: 1,
  pool: 1,
  presets: 1,
  prices: 1,
  keystore: 1,
  providers: 1,
  references: 1,
  report: 1,
  settings: 1,
  sources: 1,
  workers: 1,
};

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function floorOf(file: string): number {
  const floor = file.includes(sep) ? floorOfFolder[roomOf(file)] : floorOfFile[file];
  if (floor === undefined) throw new Error(`${file} stands on no floor: name it in this test`);
  return floor;
}

function roomOf(file: string): string {
  return file.split(sep)[0] ?? file;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const pattern = /^(?:import|export)\s+(type\s)?[^;]*?from\s+'(\.[^']+)'|import\((?:\s*)'(\.[^']+)'/gm;
  return [...text.matchAll(pattern)].map(([, type, from, lazy]) => ({
    from: file,
    to: relative(root, join(root, dirname(file), from ?? lazy ?? '')),
    typeOnly: type !== undefined,
  }));
}

const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const imports = files.flatMap(importsOf);

function breaks({ from, to, typeOnly }: Import): boolean {
  const [above, below] = [floorOf(from), floorOf(to)];
  if (below > above) return true;
  // Commands and the roots of floor 3 may use their neighbours; rooms of the lower floors may not.
  return (
    below === above && above !== 3 && above !== 4 && above !== 0 && roomOf(from) !== roomOf(to) && !typeOnly
  );
}

describe('the floors of the house', () => {
  it('reads real imports', () => {
    expect(files.length).toBeGreaterThan(40);
    expect(imports.length).toBeGreaterThan(100);
  });

  it('holds: imports point down only', () => {
    expect(imports.filter(breaks).map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('would notice a breach', () => {
    expect(breaks({ from: join('batch', 'run.ts'), to: 'context.ts', typeOnly: true })).toBe(true);
    expect(
      breaks({ from: join('images', 'decode.ts'), to: join('outputs', 'write.ts'), typeOnly: false }),
    ).toBe(true);
    expect(
      breaks({ from: join('images', 'decode.ts'), to: join('outputs', 'write.ts'), typeOnly: true }),
    ).toBe(false);
  });

  it('keeps every file to one screenful of purpose', () => {
    const long = files.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 251);
    expect(long).toEqual([]);
  });

  it('has no barrel files, no utils, no default exports', () => {
    expect(files.filter((file) => /(^|\/)(utils?|helpers?|types)(\/|\.ts$)/.test(file))).toEqual([]);
    expect(files.filter((file) => /^export default/m.test(readFileSync(join(root, file), 'utf8')))).toEqual(
      [],
    );
    expect(files.filter((file) => /^export \*/m.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });
});
