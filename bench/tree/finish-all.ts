// Writes every picture of a tree down as done, as if a run had made them.
import { linkSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ItemTable } from '../../src/ledger/items.ts';
import { OutputTable } from '../../src/ledger/outputs.ts';
import { discover } from '../../src/sources/discover.ts';

/** One picture must have been made with the recipe that is meant; its output stands for all others. Resolves with their number. */
export async function finishAll(work: string, input: string, ledger: string): Promise<number> {
  const db = new DatabaseSync(ledger);
  const known = db.prepare('SELECT recipe_key, run_id FROM outputs LIMIT 1').get();
  const [recipeKey, runId] = [String(known?.recipe_key), String(known?.run_id)];
  const outputs = new OutputTable(db);
  const items = new ItemTable(db);
  const sha256 = '0'.repeat(64);
  const stamp = (path: string) => {
    const { size, mtimeNs, ino } = statSync(path, { bigint: true });
    return { size: Number(size), mtimeNs, inode: ino, sha256 };
  };
  const output = join(work, 'out');
  const options = {
    include: [],
    exclude: [],
    maxDepth: Number.POSITIVE_INFINITY,
    hidden: false,
    skipFolders: [],
  };
  const folders = new Set<string>();
  let count = 0;
  db.exec('PRAGMA synchronous = OFF; DELETE FROM outputs; DELETE FROM items; BEGIN');
  for await (const found of discover([input], work, { ...options, signal: new AbortController().signal })) {
    if (found.kind !== 'source') throw new Error(found.message);
    const sourcePath = found.source.path;
    const outputPath = join(output, relative(input, sourcePath));
    if (!folders.has(dirname(outputPath))) mkdirSync(dirname(outputPath), { recursive: true });
    folders.add(dirname(outputPath));
    link(sourcePath, outputPath);
    const stamps = { source: stamp(sourcePath), output: stamp(outputPath) };
    outputs.put({
      ...{
        outputPath,
        sourcePath,
        recipeKey,
        outputFolder: output,
        jobKey: String(count),
        state: 'enhanced',
      },
      ...{ ...stamps, runId, doneAtMs: 0, plan: [] },
    });
    items.insert({ runId, source: sourcePath, output: outputPath, state: 'enhanced', elapsedMs: 1, atMs: 0 });
    count += 1;
  }
  db.exec('COMMIT');
  db.close();
  return count;
}

// The picture that was really made stands there already.
function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
