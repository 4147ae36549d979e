// An independent reader of metadata: exiftool, where it is installed.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const hasExiftool = spawnSync('exiftool', ['-ver']).status === 0;

// What describes the file, its coding and what exiftool works out itself.
const ownGroups =
  /^(SourceFile|ExifTool|System|File|Composite|JFIF|Adobe|QuickTime|Meta|PNG|PNG-pHYs|RIFF|MPF0|MPImage\d)\b/;

// What an upright picture without a stale thumbnail must have different, and what says where its pixels stand.
const changing =
  /^(IFD1:|.*:(Orientation|ExifImage(Width|Height)|Image(Width|Height)|YCbCrPositioning|Tile(Width|Length))$|XMP-xmpNote:)/;

/** All tags that a picture must bring through, by group and name. */
export function tagsOf(folder: string, name: string, bytes: Buffer): Record<string, unknown> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const text = execFileSync('exiftool', ['-j', '-G1', '-a', '-n', path], { encoding: 'utf8' });
  const [tags] = JSON.parse(text) as Record<string, unknown>[];
  const kept = Object.entries(tags ?? {}).filter(([key]) => !ownGroups.test(key) && !changing.test(key));
  return Object.fromEntries(kept);
}

/** Every tag exiftool finds in any group, as one text. */
export function everything(folder: string, name: string, bytes: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return execFileSync('exiftool', ['-a', '-G1', '-u', '-ee', path], { encoding: 'utf8' });
}
