import { flatten, type TableCommand, type TableOption, type Values } from './table.ts';

/** A completion script for zsh; works as a file `_imgsys` in $fpath and when sourced. */
export function zshScript(root: TableCommand): string {
  return `#compdef imgsys
# zsh completion for imgsys; load it with: source <(imgsys completion zsh)

${flatten(root).map(functionFor).join('\n\n')}

if [[ $funcstack[1] == _imgsys ]]; then
  _imgsys "$@"
else
  compdef _imgsys imgsys
fi
`;
}

function functionFor(command: TableCommand): string {
  const specs = command.options.map(optionSpec);
  return command.children.length > 0 ? parent(command, specs) : leaf(command, specs);
}

function leaf(command: TableCommand, specs: readonly string[]): string {
  const { places, variadic } = command;
  const args = places.map((values, index) => {
    const where = variadic && index === places.length - 1 ? '*' : String(index + 1);
    return quoted(`${where}: :${action(values)}`);
  });
  return `${nameOf(command)}() {\n  _arguments -s \\\n    ${[...specs, ...args].join(' \\\n    ')}\n}`;
}

function parent(command: TableCommand, specs: readonly string[]): string {
  const { children } = command;
  const described = children.map((child) =>
    quoted(`${child.path.at(-1)}:${child.help.replaceAll(':', '\\:')}`),
  );
  return `${nameOf(command)}() {
  local curcontext=$curcontext state line
  local -a commands=(
    ${described.join('\n    ')}
  )
  _arguments -C \\
    ${[...specs, "'1: :->command'", "'*:: :->rest'"].join(' \\\n    ')}
  case $state in
    command) _describe -t commands command commands ;;
    rest)
      case $words[1] in
        ${children.map((child) => `${child.path.at(-1)}) ${nameOf(child)} ;;`).join('\n        ')}
      esac ;;
  esac
}`;
}

function optionSpec({ short, long, help, values, repeats }: TableOption): string {
  const told = `[${help.replace(/[[\]\\:]/g, '\\$&')}]${values === undefined ? '' : `: :${action(values)}`}`;
  const takes = values === undefined ? '' : '=';
  if (short === undefined) return quoted(`${repeats ? '*' : ''}${long}${takes}${told}`);
  return `${quoted(`(${short} ${long})`)}{${short}${takes && '+'},${long}${takes}}${quoted(told)}`;
}

function action(values: Values): string {
  if (values.kind === 'words') return `(${values.words.join(' ')})`;
  return { files: '_files', folders: '_files -/', anything: ' ' }[values.kind];
}

function nameOf({ path }: TableCommand): string {
  return ['_imgsys', ...path].join('_');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
