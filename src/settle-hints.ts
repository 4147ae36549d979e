// What to do about calls that may have been charged without a picture, in the same words wherever they come up.

/** About one whose picture can still be fetched; what its key is called where that is another one than would be used. */
export function collectHint(keyName?: string): string {
  const how = keyName === undefined ? '' : ` with --key ${keyName}`;
  return `run the same command again${how}: the picture is collected, not bought again`;
}

/** About one that an error tells of, before the ledger has a name for it. */
export const lookUpHint = 'look at the usage page of the provider, then settle it: imgsys usage --unsettled';

/** About those that `which` chooses: what stands behind `imgsys usage settle`. */
export function settleHint(which: string): string {
  return `look at the usage page of the provider, then: imgsys usage settle ${which} --charged (or --free)`;
}

/** About an answer that was charged and is of no use. */
export const uselessHint =
  'what came is kept; imgsys runs retry tries all that failed in the run again, and pays for it again';
