// How every command shows its help: one voice, and no line wider than the terminal.
import type { Argument, Command, Help, Option } from 'commander';
import { filled } from '../text.ts';
import { layOut } from './lay-out.ts';

/** Lets `command` and all below it show their help in lines of at most `columns`. */
export function shapeHelp(command: Command, columns: number): void {
  command
    .helpOption('-h, --help', 'print help')
    .configureOutput({ getOutHelpWidth: () => columns, getErrHelpWidth: () => columns })
    .configureHelp({
      commandDescription: (shown) => sentence(shown.description()),
      optionDescription: withValues,
      argumentDescription: withValues,
      formatItem,
    });
  if (command.commands.length > 0) command.helpCommand('help [command]', 'print help of a command');
  for (const child of command.commands) shapeHelp(child, columns);
}

/** Examples and what else stands behind the options, for `addHelpText('after', …)`: laid out when they are shown. */
export function notes(text: string): (shown: { readonly command: Command }) => string {
  return ({ command }) => {
    const { getOutHelpWidth } = command.configureOutput();
    return `\n${layOut(text.trim(), getOutHelpWidth?.() ?? usualColumns)}`;
  };
}

/** Columns of a help on a stream: as many as its terminal has, but none too few or too many to be read. */
export function helpColumns({ isTTY, columns }: { isTTY?: boolean; columns?: number }): number {
  return isTTY ? Math.min(100, Math.max(40, columns ?? usualColumns)) : usualColumns;
}

const usualColumns = 80;

// In lists a description is a few words; above a command's own help it is a sentence.
function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

// A space at which no line ends.
const unbroken = '\u00a0';

// `what it is (this, that; default: this)`: what there is to choose, and what holds without it.
function withValues({ description, argChoices, defaultValue }: Option | Argument): string {
  const said = /^(.*?) ?\(default: ([^()]+)\)$/.exec(description);
  const usual = said?.[2] ?? (typeof defaultValue === 'string' ? defaultValue : undefined);
  const parts = [argChoices?.join(', '), usual && `default:${unbroken}${usual}`].filter(
    (part) => part !== undefined,
  );
  const words = said?.[1] ?? description;
  return parts.length === 0 ? words : `${words} (${parts.join('; ')})`.trimStart();
}

// The words beside the term; below it where too little room is left.
function formatItem(
  term: string,
  termWidth: number,
  description: string,
  { helpWidth = usualColumns }: Help,
): string {
  const beside = helpWidth - termWidth - 4;
  const isBeside = beside >= 36 && term.length <= termWidth;
  const lines = filled(description, isBeside ? beside : Math.max(20, helpWidth - 6)).map((line) =>
    line.replaceAll(unbroken, ' '),
  );
  const indent = ' '.repeat(isBeside ? termWidth + 4 : 6);
  if (!isBeside) return [`  ${term}`, ...lines.map((line) => `${indent}${line}`)].join('\n');
  return `  ${term.padEnd(termWidth)}  ${lines.join(`\n${indent}`)}`.trimEnd();
}
