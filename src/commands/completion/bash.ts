import { flatten, type TableCommand, type TableOption, type Values } from './table.ts';

/** A completion script for bash 3.2 and newer; needs no bash-completion package. */
export function bashScript(root: TableCommand): string {
  const all = flatten(root);
  return `# bash completion for imgsys; load it with: source <(imgsys completion bash)

# Words that begin with what was typed.
_imgsys_words() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "\${1// /$'\\n'}" -- "$cur"))
}

# No files here, although the shell would offer them.
_imgsys_nothing() {
  compopt +o default +o bashdefault 2>/dev/null
}

_imgsys_folders() {
  compopt -o dirnames +o default +o bashdefault 2>/dev/null
}

_imgsys() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  # --option=value comes in three words.
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi

  # Which command this is, and how many words stand behind it that are no options.
  local command='' place=0 word index skip=0
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if ((skip)); then skip=0; continue; fi
    case "\${command:+$command }$word" in
      ${all
        .filter(({ path }) => path.length > 0)
        .map(({ path }) => quoted(path.join(' ')))
        .join(' | ')})
        command="\${command:+$command }$word" ;;
      *)
        if [[ $word == -* ]]; then
          case "$command $word" in
            ${valuePatterns(all)}) skip=1 ;;
          esac
        else
          place=$((place + 1))
        fi ;;
    esac
  done

  case "$command" in
${all.map(section).join('\n')}
  esac
}

complete -o bashdefault -o default -F _imgsys imgsys
`;
}

function section(command: TableCommand): string {
  const { path, options, children } = command;
  const valued = options.filter(({ values }) => values !== undefined);
  const spellings = options.flatMap((option) => namesOf(option)).join(' ');
  const lines = [
    `    ${quoted(path.join(' '))})`,
    ...(valued.length === 0 ? [] : ['      case "$prev" in', ...valued.map(optionCase), '      esac']),
    `      if [[ $cur == -* ]]; then _imgsys_words ${quoted(spellings)}; return; fi`,
    children.length > 0
      ? `      _imgsys_words ${quoted(children.map((child) => child.path.at(-1)).join(' '))}`
      : placesOf(command),
    '      ;;',
  ];
  return lines.join('\n');
}

function optionCase(option: TableOption): string {
  return `        ${namesOf(option).join(' | ')}) ${offer(option.values)}; return ;;`;
}

function placesOf({ places, variadic }: TableCommand): string {
  const cases = places.map((values, index) => {
    const last = variadic && index === places.length - 1;
    return `        ${last ? '*' : index}) ${offer(values)} ;;`;
  });
  if (!variadic) cases.push('        *) _imgsys_nothing ;;');
  return ['      case "$place" in', ...cases, '      esac'].join('\n');
}

function offer(values: Values | undefined): string {
  if (values?.kind === 'words') return `_imgsys_words ${quoted(values.words.join(' '))}`;
  if (values?.kind === 'folders') return '_imgsys_folders';
  // An empty answer makes bash offer files.
  return values?.kind === 'files' ? ':' : '_imgsys_nothing';
}

// Options whose next word is their value and not a place.
function valuePatterns(all: readonly TableCommand[]): string {
  const patterns = all.flatMap(({ path, options }) =>
    options
      .filter(({ values }) => values !== undefined)
      .flatMap((option) => namesOf(option).map((name) => quoted(`${path.join(' ')} ${name}`))),
  );
  return patterns.join(' | ');
}

function namesOf({ short, long }: TableOption): string[] {
  return short === undefined ? [long] : [short, long];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
