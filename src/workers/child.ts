import { writeFileSync } from 'node:fs';
import { systemCode } from '../errors.ts';
import { type Reply, type Request, toWire } from './protocol.ts';

export type Tasks = Readonly<Record<string, (args: never) => unknown>>;

/**
 * The life of a worker process: answers one request after the other until the parent goes away. Signals from the
 * terminal are for the parent alone, which lets its workers finish or kills them.
 */
export function serveTasks(tasks: Tasks): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  volunteerForOutOfMemory();
  process.on('message', (request: Request) => answer(request, tasks));
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
}

async function answer({ id, task, args }: Request, tasks: Tasks): Promise<void> {
  const reply = await attempt(id, tasks[task], args);
  process.send?.(reply);
}

async function attempt(id: number, task: Tasks[string] | undefined, args: unknown): Promise<Reply> {
  try {
    if (task === undefined) throw new Error('unknown task');
    const value = await task(args as never);
    return { id, ok: true, value, residentBytes: process.memoryUsage.rss() };
  } catch (error) {
    return { id, ok: false, error: toWire(error), residentBytes: process.memoryUsage.rss() };
  }
}

// Where the system must kill something for memory, it should be the process with one picture, not the run.
function volunteerForOutOfMemory(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch (error) {
    // Containers may mount /proc read-only; the run works without it.
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOENT'].includes(systemCode(error) ?? '')) throw error;
  }
}
