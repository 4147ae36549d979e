// Takes secrets out of text before it is shown: first the exact values this process knows, then whatever has the
// shape of a secret. The shapes are for redaction alone; formats change, so no key is ever refused for its shape.
import { Writable } from 'node:stream';
import type { Secret } from './secret.ts';

export interface Redactor {
  /**
   * From now on the value is taken out, however it is encoded; `redact` takes out its beginning, too, where an answer
   * broke off within it. Values under 8 characters are left alone.
   */
  learn(secret: Secret): void;
  /** Without the secrets this process knows, and without whatever has the shape of one: for what people read. */
  redact(text: string): string;
  /** Without the secrets this process knows: for results, where a file's name may look like a key and must stay. */
  redactKnown(text: string): string;
}

const shown = '[secret]';
const minCharacters = 8;
// Lines of a long secret are printed one by one; a short line such as `{` says nothing.
const minLineCharacters = 16;

export function createRedactor(): Redactor {
  const needles = new Set<string>();
  const wholes = new Set<string>();
  // Longest first, so that no part of a longer needle is left standing; sorted when first needed.
  let sorted: readonly string[] | undefined;
  const redactKnown = (text: string) => {
    sorted ??= [...needles].sort((a, b) => b.length - a.length);
    return withoutNeedles(text, sorted);
  };
  return {
    redactKnown,
    learn(secret) {
      const value = secret.reveal();
      for (const needle of needlesOf(value)) needles.add(needle);
      if (value.length > minCharacters) for (const whole of escapesOf(value)) wholes.add(whole);
      sorted = undefined;
    },
    redact(text) {
      let clean = redactKnown(text);
      for (const whole of wholes) clean = withoutBeginning(clean, whole);
      for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
      return clean;
    },
  };
}

/** The redactor of this process. Whoever makes a Secret from outside input teaches it that secret. */
export const redactor: Redactor = createRedactor();

/** Text that could not be redacted was not shown. Says nothing of the cause, whose message may hold what must not be seen. */
export class RedactionError extends Error {
  override readonly name = 'RedactionError';
  constructor() {
    super('some output is not shown: it could not be cleared of secrets');
  }
}

/**
 * A stream before `target` that redacts the text going through, line by line, so that a secret cut in two by its
 * chunks is found. A terminal gets an unfinished line (a prompt, a spinner) at the end of the tick; elsewhere it is kept
 * until the line or the stream ends. Bytes pass untouched: they are pictures. Ending it does not end `target`.
 * Fails with RedactionError when `redact` throws; what it was to redact, and all that follows, is then not written.
 */
export function redactingStream(
  target: Writable & { isTTY?: boolean },
  { redact }: Pick<Redactor, 'redact'>,
): Writable {
  let rest = '';
  let inKey = false;
  let due: NodeJS.Immediate | undefined;

  // Redacts whole lines; the lines of a private key between its BEGIN and END are dropped.
  const clean = (text: string): string => {
    const lines = text.split(/(?<=[\n\r])/);
    const kept: string[] = [];
    for (const line of lines) {
      if (inKey) {
        inKey = !endOfKey.test(line);
        continue;
      }
      inKey = beginOfKey.test(line) && !endOfKey.test(line);
      kept.push(inKey ? line.replace(/-----BEGIN.*/, shown) : line);
    }
    return redact(kept.join(''));
  };
  const writeClean = (text: string, done: Done) => {
    let safe: string;
    try {
      safe = clean(text);
    } catch {
      return done(new RedactionError());
    }
    if (safe === '') done();
    else target.write(safe, done);
  };
  const flush = (done: Done) => {
    clearImmediate(due);
    due = undefined;
    const text = rest;
    rest = '';
    writeClean(text, done);
  };
  // Outside of a write, errors of the target reach its own listeners.
  const flushNow = () =>
    flush((error) => {
      if (error instanceof RedactionError) stream.destroy(error);
    });

  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Uint8Array, _encoding, done) {
      if (typeof chunk !== 'string') {
        flush((error) => (error ? done(error) : target.write(chunk, done)));
        return;
      }
      const whole = rest + chunk;
      const end = Math.max(whole.lastIndexOf('\n'), whole.lastIndexOf('\r')) + 1;
      rest = whole.slice(end);
      if (rest !== '' && target.isTTY) due ??= setImmediate(flushNow);
      if (end === 0) done();
      else writeClean(whole.slice(0, end), done);
    },
    final: (done) => flush(done),
  });
  return withTerminalOf(target, stream, flushNow);
}

type Done = (error?: Error | null) => void;

// Progress lines and prompts ask a terminal for its size and move its cursor.
function withTerminalOf(target: Writable, stream: Writable, flush: () => void): Writable {
  for (const name of ['isTTY', 'columns', 'rows'] as const) {
    Object.defineProperty(stream, name, { get: () => (target as Partial<NodeJS.WriteStream>)[name] });
  }
  for (const name of ['clearLine', 'cursorTo', 'moveCursor', 'getColorDepth', 'hasColors'] as const) {
    const method = (target as Partial<Record<typeof name, (...args: unknown[]) => unknown>>)[name];
    if (method === undefined) continue;
    Object.defineProperty(stream, name, {
      value: (...args: unknown[]) => {
        flush();
        return method.apply(target, args);
      },
    });
  }
  target.on('resize', () => stream.emit('resize'));
  return stream;
}

// Everything one value may look like in a text.
function* needlesOf(value: string): Generator<string> {
  if (value.length < minCharacters) return;
  yield* escapesOf(value);
  for (const bytes of [Buffer.from(value), Buffer.from(value, 'utf16le')]) {
    yield bytes.toString('hex');
    yield bytes.toString('hex').toUpperCase();
    yield* base64Of(bytes);
  }
  yield [...value].join('\0');
  yield [...value].join('\\x00');
  const lines = value.split(/\r?\n/);
  if (lines.length === 1) return;
  for (const line of lines) if (line.trim().length >= minLineCharacters) yield* escapesOf(line.trim());
}

function* escapesOf(value: string): Generator<string> {
  const json = JSON.stringify(value).slice(1, -1);
  // A lone surrogate has no URL form.
  const url = value.isWellFormed() ? encodeURIComponent(value) : value;
  yield value;
  yield url;
  yield url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  yield url.replaceAll('%20', '+');
  yield json;
  yield JSON.stringify(json).slice(1, -1);
  yield json.replaceAll('/', '\\/');
}

// Base64 of a text that holds the value anywhere, as `user:key` does: the value can begin at each of three places
// within a group; characters that also hold bits of its neighbours are left out.
function* base64Of(bytes: Buffer): Generator<string> {
  for (const before of [0, 1, 2]) {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    const code = whole.toString('base64').replaceAll('=', '');
    const inner = code.slice(Math.ceil((before * 8) / 6), Math.floor((whole.length * 8) / 6));
    yield inner;
    yield inner.replaceAll('+', '-').replaceAll('/', '_');
    yield encodeURIComponent(inner);
  }
}

// Plain search: a pattern of all needles would be too large for the engine once one of them is long.
function withoutNeedles(text: string, needles: readonly string[]): string {
  let clean = text;
  for (const needle of needles) if (clean.includes(needle)) clean = clean.replaceAll(needle, shown);
  return clean;
}

// Eight characters of a secret or more, as far as they go on as it does.
function withoutBeginning(text: string, whole: string): string {
  const head = whole.slice(0, minCharacters);
  const kept: string[] = [];
  let from = 0;
  for (let at = text.indexOf(head); at >= 0; at = text.indexOf(head, from)) {
    kept.push(text.slice(from, at), shown);
    from = at + head.length;
    while (from < at + whole.length && text[from] === whole[from - at]) from += 1;
  }
  return kept.length === 0 ? text : kept.join('') + text.slice(from);
}

const beginOfKey = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/;
const endOfKey = /-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/;

// Shapes of secrets as services hand them out (2026), and the places where secrets stand.
const patterns: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)/g,
    shown,
  ],
  [/\bsk[-_](?:(?:proj|svcacct|admin|live|test|ant-(?:api|admin|oat)\d\d)[-_])?[A-Za-z0-9_-]{16,}/g, shown],
  [/\bAIza[0-9A-Za-z_-]{35}/g, shown],
  [/\b[AI]Q\.[A-Za-z0-9_.-]{20,}/g, shown],
  [/\b(?:r8_|hf_|gh[opsur]_|github_pat_|glpat-)[A-Za-z0-9_-]{20,}/g, shown],
  [/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}:[0-9a-f]{32}\b/gi, shown],
  [/\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g, shown],
  [/\bhv[sbr]\.[A-Za-z0-9_-]{20,}/g, shown],
  [/\bops_eyJ[A-Za-z0-9_=-]{20,}/g, shown],
  [/\bya29\.[A-Za-z0-9_.-]{20,}/g, shown],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, shown],
  [/\bAGE-SECRET-KEY-1[0-9A-Z]{20,}/gi, shown],
  [
    /(\bauthorization\\?["']?\s*[:=]\s*\\?["']?(?:(?:bearer|basic|key|token)\s+)?)[^\s"'\\,;}]{8,}/gi,
    `$1${shown}`,
  ],
  [/(\b(?:bearer|basic)\s+)(?=[A-Za-z_.-]*[0-9])[A-Za-z0-9._~+/=-]{20,}/gi, `$1${shown}`],
  [
    /(\b(?:x-goog-api-key|x-api-key|api-key|x-vault-token|(?:set-)?cookie)\\?["']?\s*:\s*\\?["']?)[^\s"'\\,}][^\r\n"'\\,}]*/gi,
    `$1${shown}`,
  ],
  [
    /([?&](?:key|api_?key|access_token|token|sig|signature|X-Amz-Signature|X-Amz-Security-Token)=)[^\s&#"'<>\\]+/gi,
    `$1${shown}`,
  ],
];
