// How models are named at Replicate: `owner/name` for official ones, `owner/name:version` for all others.

export interface ModelName {
  readonly owner: string;
  readonly name: string;
  /** `owner/name`. */
  readonly model: string;
  /** 64 hexadecimal digits. */
  readonly version: string | undefined;
}

/** The parts of a name; undefined for what is none. Source: `version` of POST /predictions in Replicate's OpenAPI. */
export function readModelName(text: string): ModelName | undefined {
  const [, owner, name, version] = shape.exec(text) ?? [];
  if (owner === undefined || name === undefined) return undefined;
  return { owner, name, model: `${owner}/${name}`, version: version?.toLowerCase() };
}

// No part can be `.` or `..`: it becomes part of a path.
const shape = /^([a-z\d][\w-]{0,99})\/([a-z\d][\w.-]{0,99})(?::([\da-f]{64}))?$/i;

/** Where a model, or one version of it, is described and ordered: a path below the base URL. */
export function pathOf({ owner, name, version }: ModelName): string {
  return version === undefined ? `/models/${owner}/${name}` : `/models/${owner}/${name}/versions/${version}`;
}
