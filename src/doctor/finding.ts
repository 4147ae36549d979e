/** What one look at the machine found. `note` is worth knowing, `problem` needs mending. */
export interface Finding {
  /** Part of the JSON contract: `node`, `sharp`, `codec-jpeg` … */
  readonly name: string;
  readonly state: 'ok' | 'note' | 'problem';
  readonly text: string;
  /** The next step; every problem has one. */
  readonly hint?: string;
}
