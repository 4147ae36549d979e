import { flatten, type TableCommand, type TableOption, type Values } from './table.ts';

/** A completion script for fish 3 and newer. */
export function fishScript(root: TableCommand): string {
  const all = flatten(root);
  return `# fish completion for imgsys; load it with: imgsys completion fish | source

# True when the words typed so far name this command and none below it.
function __imgsys_at
    set -l path
    for word in (commandline -opc)[2..]
        switch "$path $word"
            case ${all
              .filter(({ path }) => path.length > 0)
              .map(({ path }) => quoted(` ${path.join(' ')}`))
              .join(' ')}
                set path "$path $word"
        end
    end
    set -l wanted
    for word in $argv
        set wanted "$wanted $word"
    end
    test "$path" = "$wanted"
end

# How many words behind the command are no options.
function __imgsys_place
    set -l count 0
    for word in (commandline -opc)[2..]
        string match -q -- '-*' $word; or set count (math $count + 1)
    end
    test $count -eq $argv[1]
end

complete -c imgsys -f
${all.map(linesFor).join('\n')}
`;
}

function linesFor(command: TableCommand): string {
  const { children, options } = command;
  const subCommands = children.map((child) =>
    complete(command, `-a ${child.path.at(-1)} -d ${quoted(child.help)}`),
  );
  return [
    ...subCommands,
    ...options.map((option) => optionLine(command, option)),
    ...placeLines(command),
  ].join('\n');
}

function optionLine(command: TableCommand, { short, long, help, values }: TableOption): string {
  const names = `${short === undefined ? '' : `-s ${short.slice(1)} `}-l ${long.slice(2)}`;
  const takes = values === undefined ? '' : ` ${optionValues(values)}`;
  return complete(command, `${names} -d ${quoted(help)}${takes}`);
}

function optionValues(values: Values): string {
  if (values.kind === 'words') return `-x -a ${quoted(values.words.join(' '))}`;
  return { files: '-r -F', folders: "-x -a '(__fish_complete_directories)'", anything: '-x' }[values.kind];
}

function placeLines(command: TableCommand): string[] {
  const { places, variadic, path } = command;
  return places.flatMap((values, index) => {
    const open = variadic && index === places.length - 1;
    const at = open ? '' : `; and __imgsys_place ${path.length + index}`;
    if (values.kind === 'words') return [complete(command, `-a ${quoted(values.words.join(' '))}`, at)];
    return values.kind === 'files' ? [complete(command, '-F', at)] : [];
  });
}

function complete({ path }: TableCommand, rest: string, also = ''): string {
  const condition = path.length === 0 ? '__imgsys_at' : `__imgsys_at ${path.join(' ')}`;
  return `complete -c imgsys -n ${quoted(condition + also)} ${rest}`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
