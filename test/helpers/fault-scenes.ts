// The ways of using the program that faults are tried on.
import type { Scene } from './fault-check.ts';
import type { FaultLab } from './fault-lab.ts';

const enhance = ['enhance', 'photos', '--json', '--concurrency', '1'];
const addKey = ['key', 'add', 'openai', '--stdin', '--no-verify'];

export const scenes: readonly Scene[] = [
  { name: 'local', args: [...enhance, '-o', 'out'], results: 'out', inPlace: false },
  {
    name: 'in place',
    args: [...enhance, '--in-place', '--backup-dir', 'backup'],
    ...{ results: 'photos', inPlace: true },
  },
  { name: 'paid', args: [...enhance, '-o', 'out', '--provider', 'openai'], results: 'out', inPlace: false },
  {
    name: 'key add',
    before: (lab) => expectDone(lab, [...addKey, '--name', 'first']),
    args: [...addKey, '--name', 'second'],
    again: [...addKey, '--name', 'third'],
    ...{ results: 'nothing', inPlace: false },
  },
  {
    name: 'usage settle',
    async before(lab) {
      lab.server.set({ faults: { script: ['drop', 'drop'] } });
      await lab.run([...enhance, '-o', 'out', '--provider', 'openai', '--limit', '1']);
      lab.server.set({ faults: {} });
    },
    args: ['usage', 'settle', '--all', '--charged', '--json'],
    ...{ results: 'nothing', inPlace: false },
  },
  {
    name: 'config set',
    before: (lab) => expectDone(lab, ['config', 'set', 'preset', 'sharpen']),
    args: ['config', 'set', 'concurrency', '2'],
    again: ['config', 'list'],
    ...{ results: 'nothing', inPlace: false },
  },
];

async function expectDone(lab: FaultLab, args: readonly string[]): Promise<void> {
  const { code, stderr } = await lab.run(args);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
}
