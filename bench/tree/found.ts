// Counts the pictures that discovery finds below a folder: node bench/tree/found.ts FOLDER
import { discover } from '../../src/sources/discover.ts';

const [folder = '.'] = process.argv.slice(2);
const options = {
  include: [],
  exclude: [],
  maxDepth: Number.POSITIVE_INFINITY,
  hidden: false,
  skipFolders: [],
};
let count = 0;
for await (const found of discover([folder], process.cwd(), {
  ...options,
  signal: new AbortController().signal,
})) {
  if (found.kind === 'source') count += 1;
}
console.log(count);
