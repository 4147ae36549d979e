// True JSON made untrue: members removed, doubled, of another type, far too large, deep, or with a stranger's text.
import fc from 'fast-check';

export type Change = {
  /** Which member: the remainder by how many there are. */
  readonly at: number;
  readonly to: 'removed' | 'in-list' | 'in-object' | 'twice' | { readonly value: unknown };
};

/** Values nobody counts on; `canary` stands in texts that could be shown. */
export function hostileValues(canary: string): readonly unknown[] {
  return [
    ...[null, true, false, '', ' ', 0, -1, -0.5, 1.5, 1e-320, 2 ** 31, 2 ** 53, 1e308, -1e308],
    ...[
      'Infinity',
      'NaN',
      '-1',
      '1e999',
      '0x10',
      '9'.repeat(400),
      'x'.repeat(70_000),
      [],
      {},
      [[]],
      [null],
      [{}],
    ],
    ...[
      `\u001b[2J\u202e\r\n${canary}\u0000`,
      `data:image/png;base64,${'A'.repeat(8)}`,
      'data:text/html,x',
      '\ud800',
    ],
    ...['https://10.0.0.1/a.png', 'file:///etc/passwd', '//x', '../..', 'constructor'],
    JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
    ...[deep(300), deep(20_000), { toString: 1, valueOf: 2, toJSON: 3, length: -1 }],
  ];
}

/** A list in a list in a list … */
export function deep(levels: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { value };
  return value;
}

export function changes(values: readonly unknown[], most = 3): fc.Arbitrary<readonly Change[]> {
  const to = fc.oneof(
    fc.constantFrom('removed' as const, 'in-list' as const, 'in-object' as const, 'twice' as const),
    { weight: 4, arbitrary: fc.constantFrom(...values).map((value) => ({ value })) },
  );
  return fc.array(fc.record({ at: fc.nat(1_000), to }), { maxLength: most });
}

/** `value` with the changes made, one after the other. */
export function changed(value: unknown, list: readonly Change[]): unknown {
  const root = { root: structuredClone(value) };
  for (const change of list) {
    const members = membersOf(root);
    const member = members[change.at % members.length];
    if (member !== undefined) apply(member, change.to);
  }
  return root.root;
}

interface Member {
  readonly holder: Record<string, unknown>;
  readonly name: string;
}

// Level by level, and not into what a change before has made deep.
function membersOf(root: object): readonly Member[] {
  const members: Member[] = [];
  let level: readonly unknown[] = [root];
  for (let depth = 0; depth < 12 && level.length > 0; depth += 1) {
    const holders = level.filter(
      (one): one is Record<string, unknown> => typeof one === 'object' && one !== null,
    );
    for (const holder of holders) for (const name of Object.keys(holder)) members.push({ holder, name });
    level = holders.flatMap((holder) => Object.values(holder));
  }
  return members;
}

function apply({ holder, name }: Member, to: Change['to']): void {
  const now = holder[name];
  if (to === 'removed') delete holder[name];
  else if (to === 'in-list') holder[name] = [now];
  else if (to === 'in-object') holder[name] = { [name]: now };
  else if (to === 'twice') holder[name] = typeof now === 'string' ? now + now : [now, now];
  else holder[name] = copied(to.value);
}

// As deep as `membersOf` looks: a value that is used again must be as it was.
function copied(value: unknown, levels = 13): unknown {
  if (typeof value !== 'object' || value === null || levels === 0) return value;
  if (Array.isArray(value)) return value.map((one) => copied(one, levels - 1));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, copied(one, levels - 1)]));
}

/** JSON text of anything: that of a value too deep for `JSON.stringify` is written by hand. */
export function jsonOf(value: unknown): string {
  const parts: string[] = [];
  const open: (string | { readonly value: unknown })[] = [{ value }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string') parts.push(next);
    else open.push(...piecesOf(next.value).reverse());
  }
  return parts.join('');
}

function piecesOf(value: unknown): (string | { readonly value: unknown })[] {
  if (typeof value !== 'object' || value === null) return [JSON.stringify(value) ?? 'null'];
  const isList = Array.isArray(value);
  const inner = Object.entries(value).flatMap(([name, member], at) => [
    ...(at > 0 ? [','] : []),
    ...(isList ? [] : [`${JSON.stringify(name)}:`]),
    { value: member as unknown },
  ]);
  return isList ? ['[', ...inner, ']'] : ['{', ...inner, '}'];
}
