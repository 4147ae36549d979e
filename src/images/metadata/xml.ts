// Where the elements of an XML text stand, so that it can be edited in place. No document type, no entities but those of
// XML itself. XML 1.0, sections 2 and 3; Namespaces in XML 1.0.

export interface XmlAttribute {
  readonly name: string;
  /** As written, between its quotes. */
  readonly value: string;
  /** Where the value begins in the text. */
  readonly valueAt: number;
}

export interface XmlElement {
  readonly name: string;
  /** 0 for the root. */
  readonly depth: number;
  readonly parent: XmlElement | undefined;
  readonly attributes: readonly XmlAttribute[];
  /** From `<`. */
  readonly at: number;
  /** After the `>` of its start. */
  readonly contentAt: number;
  readonly isEmpty: boolean;
  /** Where its end tag begins, and where it ends; both `contentAt` where it is empty. */
  contentEnd: number;
  end: number;
}

const deepest = 4;
const mostElements = 50_000;

/**
 * The elements down to a depth of 4, in their order; undefined for what is not well formed, has a document type, or more
 * than 50,000 of them. Linear in the length of the text.
 */
export function scanXml(text: string): readonly XmlElement[] | undefined {
  const elements: XmlElement[] = [];
  const open: (XmlElement | string)[] = [];
  let roots = 0;
  for (let at = text.indexOf('<'); at >= 0; ) {
    const passed = afterAside(text, at, open.length > 0);
    if (passed === 'bad') return undefined;
    if (passed !== undefined) {
      at = text.indexOf('<', passed);
      continue;
    }
    const next = text[at + 1] === '/' ? close(text, at, open) : start(text, at, open);
    if (next === undefined) return undefined;
    if (typeof next !== 'number') {
      if (next.depth === 0) roots += 1;
      if (next.depth <= deepest) elements.push(next);
      if (!next.isEmpty) open.push(next.depth <= deepest ? next : next.name);
      if (roots > 1 || elements.length > mostElements) return undefined;
    }
    at = text.indexOf('<', typeof next === 'number' ? next : next.contentAt);
  }
  return open.length === 0 ? elements : undefined;
}

/** The namespace that a name has where `element` stands; undefined for a prefix that is not declared. */
export function namespaceOf(element: XmlElement, prefix: string): string | undefined {
  for (let scope: XmlElement | undefined = element; scope !== undefined; scope = scope.parent) {
    const declared = declarationsOf(scope).get(prefix);
    if (declared !== undefined) return declared;
  }
  return undefined;
}

/** All prefixes that are declared where `element` stands. */
export function prefixesAt(element: XmlElement): Map<string, string> {
  const outer = element.parent === undefined ? [] : [...prefixesAt(element.parent)];
  return new Map([...outer, ...declarationsOf(element)]);
}

/** `prefix` is empty for a name without one. */
export function splitName(name: string): { readonly prefix: string; readonly local: string } {
  const colon = name.indexOf(':');
  return colon < 0
    ? { prefix: '', local: name }
    : { prefix: name.slice(0, colon), local: name.slice(colon + 1) };
}

/** Text with its references resolved; those that XML does not know stay as they are. */
export function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{2,4}));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const declared = new WeakMap<XmlElement, Map<string, string>>();

function declarationsOf(element: XmlElement): Map<string, string> {
  const known = declared.get(element);
  if (known !== undefined) return known;
  const found = new Map<string, string>();
  for (const { name, value } of element.attributes) {
    if (name === 'xmlns') found.set('', decoded(value));
    else if (name.startsWith('xmlns:')) found.set(name.slice(6), decoded(value));
  }
  declared.set(element, found);
  return found;
}

// Where a comment, an instruction or a section of characters ends; undefined where none begins.
function afterAside(text: string, at: number, isInside: boolean): number | 'bad' | undefined {
  const until = (mark: string, from: number) => {
    const end = text.indexOf(mark, from);
    return end < 0 ? 'bad' : end + mark.length;
  };
  if (text[at + 1] === '?') return until('?>', at + 2);
  if (text[at + 1] !== '!') return undefined;
  if (text.startsWith('<!--', at)) return until('-->', at + 4);
  return isInside && text.startsWith('<![CDATA[', at) ? until(']]>', at + 9) : 'bad';
}

function close(text: string, at: number, open: (XmlElement | string)[]): number | undefined {
  const last = open.pop();
  const name = typeof last === 'string' ? last : last?.name;
  if (last === undefined || name === undefined || !text.startsWith(name, at + 2)) return undefined;
  const space = /[ \t\r\n]*>/y;
  space.lastIndex = at + 2 + name.length;
  if (!space.test(text)) return undefined;
  if (typeof last !== 'string') {
    last.contentEnd = at;
    last.end = space.lastIndex;
  }
  return space.lastIndex;
}

function start(text: string, at: number, open: readonly (XmlElement | string)[]): XmlElement | undefined {
  const tag = /<([^ \t\r\n<>"'=/!?&]+)/y;
  tag.lastIndex = at;
  const name = tag.exec(text)?.[1];
  if (name === undefined) return undefined;
  const attributes: XmlAttribute[] = [];
  const attribute = /[ \t\r\n]+([^ \t\r\n<>"'=/!?&]+)[ \t\r\n]*=[ \t\r\n]*(?:"([^"<]*)"|'([^'<]*)')/y;
  let from = tag.lastIndex;
  for (attribute.lastIndex = from; ; from = attribute.lastIndex) {
    const found = attribute.exec(text);
    if (found === null) break;
    const value = found[2] ?? found[3] ?? '';
    attributes.push({ name: found[1] ?? '', value, valueAt: attribute.lastIndex - 1 - value.length });
  }
  const end = /[ \t\r\n]*(\/?)>/y;
  end.lastIndex = from;
  const ending = end.exec(text);
  if (ending === null) return undefined;
  const parent = open.at(-1);
  return {
    ...{ name, depth: open.length, parent: typeof parent === 'string' ? undefined : parent, attributes },
    ...{ at, contentAt: end.lastIndex, isEmpty: ending[1] === '/' },
    ...{ contentEnd: end.lastIndex, end: end.lastIndex },
  };
}
