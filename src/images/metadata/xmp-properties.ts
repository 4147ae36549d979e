// Simple properties of an XMP packet (ISO 16684-1, 7.4 and 7.9): found in either form, set in place, everything else left
// byte for byte.
import { decoded, namespaceOf, prefixesAt, scanXml, splitName, type XmlElement } from './xml.ts';

export interface PropertyName {
  readonly namespace: string;
  /** What the namespace is called where it has no name yet. */
  readonly prefix: string;
  readonly local: string;
}

/** A change to a text: what stands from `at` to `end` becomes `text`. */
interface Change {
  readonly at: number;
  readonly end: number;
  readonly text: string;
}

export interface XmpProperties {
  /** All values of a property of the picture itself, without those within structures; empty where there is none. */
  values(name: PropertyName): readonly string[];
  /** The text with these properties set, wherever they stand, else added. */
  with(values: readonly (readonly [name: PropertyName, value: string])[]): string;
}

type Read = (raw: string) => string;

interface Found {
  readonly value: string;
  set(value: string): Change;
}

const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';

/**
 * The properties of a packet; undefined where it is no well-formed XMP. `read` makes characters of a value as it stands
 * there, where the text is bytes.
 */
export function openXmp(text: string, read: Read = (raw) => raw): XmpProperties | undefined {
  const elements = scanXml(text);
  const root = elements?.find((element) => isRdf(element, 'RDF'));
  if (elements === undefined || root === undefined) return undefined;
  const descriptions = elements.filter((element) => element.parent === root && isRdf(element, 'Description'));
  const about = new Set<XmlElement | undefined>(descriptions);
  const properties = elements.filter(({ parent }) => about.has(parent));
  const find = (name: PropertyName): Found[] => [
    ...descriptions.flatMap((description) => inAttributes(description, name, read)),
    ...properties
      .filter((element) => isNamed(element, element.name, name))
      .map((element) => asFound(text, element, read)),
  ];
  return {
    values: (name) => find(name).map(({ value }) => value),
    with(values) {
      const missing = values.filter(([name]) => find(name).length === 0);
      const changes = values.flatMap(([name, value]) => find(name).map((found) => found.set(value)));
      if (missing.length > 0) changes.push(addition(text, root, descriptions[0], missing));
      return applied(text, changes);
    },
  };
}

function isRdf(element: XmlElement, local: string): boolean {
  return isNamed(element, element.name, { namespace: rdf, prefix: 'rdf', local });
}

// A name without prefix has the default namespace where it names an element, and none where it names an attribute.
function isNamed(scope: XmlElement, name: string, { namespace, local }: PropertyName): boolean {
  const split = splitName(name);
  return split.local === local && namespaceOf(scope, split.prefix) === namespace;
}

function inAttributes(element: XmlElement, name: PropertyName, read: Read): Found[] {
  return element.attributes
    .filter((attribute) => attribute.name.includes(':') && isNamed(element, attribute.name, name))
    .map(({ value, valueAt }) => ({
      value: decoded(read(value.slice(0, longestValue))),
      set: (now) => ({ at: valueAt, end: valueAt + value.length, text: escaped(now) }),
    }));
}

const longestValue = 10_000;

function asFound(text: string, element: XmlElement, read: Read): Found {
  const { at, end, name, contentAt, contentEnd, attributes } = element;
  const resource = attributes.find((attribute) =>
    isNamed(element, attribute.name, { namespace: rdf, prefix: 'rdf', local: 'resource' }),
  );
  const content = text.slice(contentAt, Math.min(contentEnd, contentAt + longestValue));
  return {
    value: (resource === undefined
      ? plain(read(content))
      : decoded(read(resource.value.slice(0, longestValue)))
    ).trim(),
    // Declarations of its own may name the element itself.
    set: (value) => ({ at, end, text: `<${name}${declarationsIn(element)}>${escaped(value)}</${name}>` }),
  };
}

// Characters without what stands between them: comments, elements; a section of characters is taken as it is.
function plain(content: string): string {
  return content
    .split(/(<!\[CDATA\[[\s\S]*?\]\]>)/)
    .map((part, at) =>
      at % 2 === 1 ? part.slice(9, -3) : decoded(part.replace(/<!--[\s\S]*?-->|<[^>]*>/g, '')),
    )
    .join('');
}

function declarationsIn({ attributes }: XmlElement): string {
  return attributes
    .filter(({ name }) => name === 'xmlns' || name.startsWith('xmlns:'))
    .map(({ name, value }) => ` ${name}="${value.replaceAll('"', '&quot;')}"`)
    .join('');
}

// As attributes of the first description, or of one of its own where there is none.
function addition(
  text: string,
  root: XmlElement,
  description: XmlElement | undefined,
  values: readonly (readonly [PropertyName, string])[],
): Change {
  const attributes = asAttributes(description ?? root, values);
  if (description !== undefined) {
    const at = description.contentAt - (description.isEmpty ? 2 : 1);
    return { at, end: at, text: attributes };
  }
  const { prefix } = splitName(root.name);
  const inner = prefix === '' ? 'rdf' : prefix;
  const declares = prefix === '' ? ` xmlns:rdf="${rdf}"` : '';
  const added = `<${inner}:Description${declares} ${inner}:about=""${attributes}/>`;
  if (!root.isEmpty) return { at: root.contentEnd, end: root.contentEnd, text: added };
  const at = text.lastIndexOf('/', root.contentAt);
  return { at, end: root.contentAt, text: `>${added}</${root.name}>` };
}

// With a prefix of the packet's own for each namespace, else with one that names nothing else there.
function asAttributes(scope: XmlElement, values: readonly (readonly [PropertyName, string])[]): string {
  const prefixes = prefixesAt(scope);
  let text = '';
  for (const [{ namespace, prefix, local }, value] of values) {
    let name = [...prefixes].find(([known, uri]) => known !== '' && uri === namespace)?.[0];
    if (name === undefined) {
      name = prefix;
      for (let n = 2; prefixes.has(name); n += 1) name = `${prefix}${n}`;
      prefixes.set(name, namespace);
      text += ` xmlns:${name}="${namespace}"`;
    }
    text += ` ${name}:${local}="${escaped(value)}"`;
  }
  return text;
}

function applied(text: string, changes: readonly Change[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const change of changes.toSorted((a, b) => a.at - b.at)) {
    parts.push(text.slice(from, change.at), change.text);
    from = change.end;
  }
  return [...parts, text.slice(from)].join('');
}

// ASCII, whatever the encoding of the packet; without the characters that XML cannot hold (1.0, 2.2).
function escaped(text: string): string {
  return [...text.toWellFormed()]
    .filter((character) => /[^\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/u.test(character))
    .map((character) =>
      /[^\x20-\x7e]|[<>&"']/u.test(character) ? `&#${character.codePointAt(0)};` : character,
    )
    .join('');
}
