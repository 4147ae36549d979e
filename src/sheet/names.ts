/** Each path without the folders that all of them have in common. */
export function shortNames(paths: readonly string[]): string[] {
  const [first = ''] = paths;
  let length = folderEnd(first, first.length);
  for (const path of paths) {
    while (length > 0 && !path.startsWith(first.slice(0, length))) length = folderEnd(first, length - 1);
    if (length === 0) break;
  }
  return paths.map((path) => path.slice(length));
}

// Where the name begins that follows the last separator before `end`.
function folderEnd(path: string, end: number): number {
  return Math.max(path.lastIndexOf('/', end - 1), path.lastIndexOf('\\', end - 1)) + 1;
}
