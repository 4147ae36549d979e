#!/usr/bin/env node
// Speaks to every Node that knows ES modules, so that an old one gets a sentence instead of a stack trace.
const needed = [24, 15];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major > needed[0] || (major === needed[0] && minor >= needed[1])) {
  import('../dist/cli.js').then(({ main }) => main(process.argv.slice(2)));
} else {
  console.error(
    `imgsys: error: imgsys needs Node ${needed.join('.')} or newer, this is Node ${process.versions.node}; in a clone, npx imgsys brings its own`,
  );
  process.exitCode = 1;
}
