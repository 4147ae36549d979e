// Cold start: what `--version` and `--help` cost beside a Node that does nothing. Run: npm run build && node bench/startup.ts
import { fileURLToPath } from 'node:url';
import { machine, measure, median, printTable } from './measure.ts';

const cli = fileURLToPath(new URL('../bin/imgsys.js', import.meta.url));
const rounds = Number(process.argv[2] ?? 21);

console.log(machine());
const measured = measure(
  [
    { name: 'node -e 0', argv: [process.execPath, '-e', '0'] },
    { name: 'imgsys --version', argv: [process.execPath, cli, '--version'] },
    { name: 'imgsys --help', argv: [process.execPath, cli, '--help'] },
    { name: 'imgsys enhance --help', argv: [process.execPath, cli, 'enhance', '--help'] },
  ],
  rounds,
);
printTable(measured);
const [bare, version, help] = measured.map(({ seconds }) => median(seconds));
const worst = Math.max(version ?? 0, help ?? 0) / (bare ?? 1);
console.log(`worst of --version and --help: ${worst.toFixed(2)} times bare node (promise: at most 2.0)`);
process.exitCode = worst <= 2 ? 0 : 1;
