#!/usr/bin/env node
// Speaks to every Node that knows ES modules, so that an old one gets a sentence instead of a stack trace.
const needed = [24, 15];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major > needed[0] || (major === needed[0] && minor >= needed[1])) {
  import('../dist/cli.js').then(({ main }) => main(process.argv.slice(2)), cannotStart);
} else {
  console.error(
    `imgsys: error: imgsys needs Node ${needed.join('.')} or newer, this is Node ${process.versions.node}; in a clone, npx imgsys brings its own`,
  );
  process.exitCode = 1;
}

// Parts of the program that cannot be read: too few files may be open, or the disk fails.
function cannotStart(error) {
  console.error(
    `imgsys: error: the program cannot be loaded: ${error instanceof Error ? error.message : error}`,
  );
  console.error('imgsys: hint: raise the limit of open files (ulimit -n 4096), or install imgsys again');
  process.exitCode = 1;
}
