// Problems on the page of a pull request: workflow commands of GitHub Actions.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands

/** One error, on a line of its own; `file` is relative to the repository. */
export function annotation(file: string, title: string, message: string): string {
  return `::error file=${property(file)},title=${property(title)}::${data(message)}\n`;
}

/** Text that GitHub Actions takes for no command, wherever in a line it stands. */
export function inert(text: string): string {
  return text.replaceAll('##[', '#\\x23[');
}

/** The same for JSON, whose meaning stays. */
export function inertJson(json: string): string {
  return json.replaceAll('##[', '#\\u0023[');
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
