// A key from whoever has it: typed or pasted at a prompt that shows nothing, or through standard input.
import { cleanKey, maxKeyBytes } from '../../credentials/clean-key.ts';
import type { KeyContext } from '../../credentials/key-context.ts';
import { CommandError, exitCodes } from '../../errors.ts';
import { hostOf } from '../../providers/base-url.ts';
import type { KeyProvider } from '../../providers/provider.ts';
import type { Secret } from '../../secret.ts';
import { say, warn } from '../../streams.ts';

export interface KeyFor {
  readonly provider: KeyProvider;
  /** Where the key will be sent. */
  readonly baseUrl: string;
  /** `--stdin`. */
  readonly stdin: boolean;
  /** The command to run again, for hints. */
  readonly command: string;
}

/** Throws CommandError: 2 for what cannot be a key or when nobody can be asked, 130 when the prompt is left. */
export async function readKey(wanted: KeyFor, context: KeyContext): Promise<Secret> {
  const { streams } = context;
  if (wanted.stdin || streams.stdin.isTTY !== true) {
    return cleanKey(await readAll(streams.stdin), 'standard input');
  }
  if (!context.interactive) {
    throw new CommandError('a key is asked for at a terminal only, and not under CI or with --no-input', {
      exitCode: exitCodes.usage,
      hint: `pipe it in: ${wanted.command} <FILE, or keep a reference with --ref`,
    });
  }
  explain(wanted, context);
  const prompts = await context.prompts();
  for (;;) {
    try {
      return cleanKey(await prompts.hidden(`Key for ${wanted.provider.id}:`), 'what was given');
    } catch (error) {
      if (!(error instanceof CommandError) || error.exitCode !== exitCodes.usage) throw error;
      warn(streams, `${error.message}; ${error.hint ?? 'try again'}, or leave with Ctrl-C`);
    }
  }
}

// Where to make a key, that it costs money, and how to keep that bounded.
function explain({ provider, baseUrl }: KeyFor, { streams }: KeyContext): void {
  const { keyPage, limitPage, label } = provider;
  if (keyPage === undefined || limitPage === undefined || baseUrl !== provider.baseUrl) {
    say(streams, `the key is sent to ${hostOf(baseUrl)} and nowhere else`);
    return;
  }
  say(streams, `make a key for ${label} here: ${keyPage}`);
  say(streams, 'billing must be on: pictures cost money');
  say(streams, `set a spending limit first: ${limitPage}`);
}

async function readAll(stream: AsyncIterable<Uint8Array | string>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    chunks.push(part);
    // What is longer is no key, and is refused for that.
    if (bytes > 2 * maxKeyBytes + 2) break;
  }
  const all = Buffer.concat(chunks);
  // PowerShell writes files so.
  const isUtf16 = all[0] === 0xff && all[1] === 0xfe;
  return isUtf16 ? all.toString('utf16le', 2) : all.toString('utf8');
}
