// Disks and folders that fail a run, each with the way to mend them.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Scene } from './fault-check.ts';
import type { FaultLab } from './fault-lab.ts';
import { scenes } from './fault-scenes.ts';

export interface DiskTrial {
  readonly name: string;
  readonly scene: Scene;
  /** In the place of those of the scene. */
  readonly args?: readonly string[];
  /** The words of a command that runs the program. */
  readonly under?: readonly string[];
  /** Prepares it; what comes back mends it. */
  harm(lab: FaultLab): Promise<() => void> | (() => void);
}

const [local, inPlace, paid, addKey, , setConfig] = scenes as readonly [
  Scene,
  Scene,
  Scene,
  Scene,
  Scene,
  Scene,
];

export const diskTrials: readonly DiskTrial[] = [
  ...[local, inPlace, paid].flatMap((scene) => mounts(scene, scene === inPlace ? 'backup' : 'out')),
  ...[local, paid, addKey, setConfig].flatMap((scene) => mounts(scene, 'home')),
  ...[local, paid].flatMap((scene) => mounts(scene, 'tmp')),
  ...[local, inPlace, paid].flatMap((scene) => limits(scene)),
  ...changes(),
];

/** Ends all mounts of a lab. */
export function unmountBelow(place: string): void {
  const mounted = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const points = mounted
    .map((line) => line.split(' ')[1] ?? '')
    .filter((point) => point.startsWith(`${place}/`));
  for (const point of points) spawnSync('umount', ['-l', point]);
}

// What a small disk in the place of a folder can do to a run.
function mounts(scene: Scene, name: 'out' | 'home' | 'tmp' | 'backup'): DiskTrial[] {
  const kinds: readonly (readonly [string, string])[] = [
    ...([
      ['full', 'size=4k'],
      ['nearly full', 'size=12k'],
      ['full by half', 'size=100k'],
    ] as const),
    ...([
      ['without inodes', 'size=64m,nr_inodes=1'],
      ['short of inodes', 'size=64m,nr_inodes=4'],
    ] as const),
    ...([
      ['read-only', 'size=64m,ro'],
      ['another', 'size=256m'],
    ] as const),
  ];
  return kinds.map(([words, options]) => ({
    name: `${scene.name}: ${name} on a disk that is ${words}`,
    scene,
    harm(lab) {
      const folder = join(lab.place, name);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      spawnSync('cp', ['-a', folder, `${folder}-was`]);
      mount(folder, `${options.replace(',ro', '')},mode=700`);
      copyWhatFits(`${folder}-was`, folder);
      if (options.endsWith(',ro')) remount(folder, 'ro');
      lab.env.TMPDIR = join(lab.place, 'tmp');
      mkdirSync(lab.env.TMPDIR, { recursive: true });
      return () => remount(folder, 'rw,size=512m,nr_inodes=10000');
    },
  }));
}

function limits(scene: Scene): DiskTrial[] {
  const shell = (words: string) => ['bash', '-c', `${words}; exec "$@"`, 'bash'];
  const nothing = () => () => undefined;
  return [
    ...[26, 30, 34, 38, 42, 48, 56].map((count) => ({
      ...{ name: `${scene.name}: ${count} open files`, scene, harm: nothing },
      under: shell(`ulimit -n ${count}`),
    })),
    ...[1, 4, 16, 64].map((count) => ({
      ...{ name: `${scene.name}: files of ${count} KiB at most`, scene, harm: nothing },
      under: shell(`ulimit -f ${count}`),
    })),
    {
      ...{ name: `${scene.name}: a disk that syncs slowly`, scene, harm: nothing },
      under: [
        ...['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync'],
        ...['-e', 'inject=fsync,fdatasync:delay_enter=100000'],
      ],
    },
  ];
}

// While the first call is under way, something happens to a folder or file.
function changes(): DiskTrial[] {
  const during = (
    name: string,
    change: (lab: FaultLab) => void,
    mend: (lab: FaultLab) => void,
  ): DiskTrial => ({
    ...{ name: `paid: meanwhile ${name}`, scene: paid },
    harm(lab) {
      let isChanged = false;
      lab.server.set({
        async answer({ images: [image], width, height }) {
          if (!isChanged) change(lab);
          isChanged = true;
          return sharp(image.bytes).resize(width, height, { fit: 'fill' }).png().toBuffer();
        },
      });
      return () => {
        if (isChanged) mend(lab);
        isChanged = true;
      };
    },
  });
  const photo = (lab: FaultLab) => join(lab.place, 'photos', '000.jpg');
  const keep = (lab: FaultLab) =>
    cpSync(photo(lab), join(lab.place, 'kept.jpg'), { preserveTimestamps: true });
  const giveBack = (lab: FaultLab) =>
    cpSync(join(lab.place, 'kept.jpg'), photo(lab), { preserveTimestamps: true });
  const remove = (path: string) => rmSync(path, { recursive: true, force: true });
  const nothing = () => undefined;
  return [
    during('the output folder is removed', ({ out }) => remove(out), nothing),
    during(
      'the output folder becomes a file',
      ({ out }) => [remove(out), writeFileSync(out, '')],
      ({ out }) => remove(out),
    ),
    during(
      'the output folder becomes a link to the originals',
      (lab) => [remove(lab.out), symlinkSync(join(lab.place, 'photos'), lab.out)],
      ({ out }) => remove(out),
    ),
    during(
      'the output folder becomes a link to nothing',
      ({ out }) => [remove(out), symlinkSync('/nowhere', out)],
      ({ out }) => remove(out),
    ),
    during('the picture is removed', (lab) => [keep(lab), remove(photo(lab))], giveBack),
    during('the picture is cut off', (lab) => [keep(lab), truncateSync(photo(lab), 100)], giveBack),
    during(
      'the picture is written to',
      (lab) => [keep(lab), writeFileSync(photo(lab), 'other', { flag: 'a' })],
      giveBack,
    ),
    during(
      'the folder of pictures is moved away',
      ({ place }) => renameSync(join(place, 'photos'), join(place, 'moved')),
      ({ place }) => renameSync(join(place, 'moved'), join(place, 'photos')),
    ),
    during('the folder of paid pictures is removed', ({ home }) => remove(join(home, 'paid')), nothing),
  ];
}

function mount(folder: string, options: string): void {
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  if (status !== 0) throw new Error(`mounting needs root: ${stderr}`);
}

function remount(folder: string, options: string): void {
  const { status, stderr } = spawnSync('mount', ['-o', `remount,${options}`, folder]);
  if (status !== 0) throw new Error(String(stderr));
}

// A disk that cannot hold what is there already holds what it can.
function copyWhatFits(from: string, to: string): void {
  spawnSync('cp', ['-a', `${from}/.`, to]);
}
