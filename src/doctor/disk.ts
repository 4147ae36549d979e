import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode } from '../errors.ts';
import { printable } from '../text.ts';
import type { Finding } from './finding.ts';

const scarceBytes = 256 * 2 ** 20;

/** Whether files can be made in `folder`, or in what there is of its path, and how much room is there. Makes nothing. */
export function examineFolder(name: string, label: string, folder: string): Finding {
  const there = nearestFolder(folder);
  const shown = printable(folder);
  const hint = 'set IMGSYS_HOME to a folder that can be written';
  try {
    if (!statSync(there).isDirectory()) {
      return { name, state: 'problem', text: `${label} ${shown}: ${printable(there)} is not a folder`, hint };
    }
    accessSync(there, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(there);
    const free = `${gib(bavail * bsize)} GiB free`;
    if (bavail * bsize < scarceBytes) {
      return {
        name,
        state: 'problem',
        text: `${label} ${shown}: ${free}`,
        hint: 'free some space on its disk',
      };
    }
    const state = there === folder ? 'can be written' : 'will be made';
    return { name, state: 'ok', text: `${label} ${shown}: ${state}, ${free}` };
  } catch (error) {
    const text = `${label} ${shown}: cannot be written (${systemCode(error) ?? String(error)})`;
    return { name, state: 'problem', text, hint };
  }
}

function nearestFolder(folder: string): string {
  let there = folder;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  return there;
}

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
