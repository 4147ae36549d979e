import type { FileStamp, NewOutput } from './outputs.ts';

type PackedStamp = Omit<FileStamp, 'mtimeNs' | 'inode'> & Record<'mtimeNs' | 'inode', string>;

type Packed = Omit<NewOutput, 'source' | 'output'> & { source: PackedStamp; output?: PackedStamp };

/** An intended output as JSON; JSON has no 64-bit integers, so they become text. */
export function packIntent({ source, output, ...rest }: NewOutput): string {
  const packed: Packed = { ...rest, source: packStamp(source) };
  return JSON.stringify(output === undefined ? packed : { ...packed, output: packStamp(output) });
}

export function unpackIntent(json: string): NewOutput {
  const { source, output, ...rest } = JSON.parse(json) as Packed;
  return {
    ...rest,
    source: unpackStamp(source),
    output: output === undefined ? undefined : unpackStamp(output),
  };
}

function packStamp(stamp: FileStamp): PackedStamp {
  return { ...stamp, mtimeNs: String(stamp.mtimeNs), inode: String(stamp.inode) };
}

function unpackStamp(stamp: PackedStamp): FileStamp {
  return { ...stamp, mtimeNs: BigInt(stamp.mtimeNs), inode: BigInt(stamp.inode) };
}
