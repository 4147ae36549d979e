// Which variables a command gets: what programs need to run at all, and its own tool's. No other key goes along.

const always = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LANGUAGE', 'LC_*', 'TZ', 'TMPDIR', 'XDG_*'],
  ...[
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'ALL_PROXY',
    'NO_PROXY',
    'http_proxy',
    'https_proxy',
    'all_proxy',
    'no_proxy',
  ],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'],
];
const alwaysOnWindows = [
  ...[
    'SYSTEMROOT',
    'WINDIR',
    'COMSPEC',
    'PATHEXT',
    'TEMP',
    'TMP',
    'USERNAME',
    'USERPROFILE',
    'HOMEDRIVE',
    'HOMEPATH',
  ],
  ...['APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA', 'PROGRAMFILES', 'PROGRAMFILES(X86)'],
];
// Keys of image services that share a prefix with a secret manager's own variables.
const never = /_API_(?:KEY|TOKEN)$|^AZURE_OPENAI_|^AWS_BEARER_TOKEN_/i;

/** The part of `env` a command may see; `own` are the names (`X_*`: all that begin so) its tool needs besides. */
export function allowedEnvironment(
  env: NodeJS.ProcessEnv,
  own: readonly string[],
  platform: NodeJS.Platform,
): Record<string, string> {
  const allowed = [...always, ...(platform === 'win32' ? alwaysOnWindows : []), ...own];
  const isAllowed = (name: string) =>
    !never.test(name) && allowed.some((rule) => matches(rule, name, platform));
  const entries = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && isAllowed(entry[0]),
  );
  return Object.fromEntries(entries);
}

// Windows does not tell `Path` from `PATH`.
function matches(rule: string, name: string, platform: NodeJS.Platform): boolean {
  const given = platform === 'win32' ? name.toUpperCase() : name;
  return rule.endsWith('*') ? given.startsWith(rule.slice(0, -1)) : given === rule;
}
