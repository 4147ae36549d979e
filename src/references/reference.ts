// What a reference is: where a key is kept, instead of the key itself.
import type { ManagerScheme } from './managers.ts';

interface Text {
  /** The reference as it is stored and written: everything else follows from it. */
  readonly text: string;
}

export interface EnvReference extends Text {
  readonly kind: 'env';
  readonly name: string;
}

export interface FileReference extends Text {
  readonly kind: 'file';
  readonly path: string;
}

export interface ExecReference extends Text {
  readonly kind: 'exec';
  readonly command: string;
  readonly args: readonly string[];
}

export interface ManagerReference extends Text {
  readonly kind: 'manager';
  readonly scheme: ManagerScheme;
  readonly parts: Parts;
}

/** The named pieces of a reference to a secret manager, each of a shape that no tool can take for an option. */
export type Parts = Readonly<Record<string, string>>;

export type Reference = EnvReference | FileReference | ExecReference | ManagerReference;
