// The secret managers people have, as data: how each is written, asked, installed and signed in to. Every
// argument that comes from a reference has a shape that the tool cannot take for an option, a file or an address.
import type { Parts } from './reference.ts';

export type ManagerScheme = 'op' | 'pass' | 'vault' | 'aws-sm' | 'az-kv' | 'gcp-sm';

export interface Manager {
  readonly scheme: ManagerScheme;
  readonly label: string;
  /** How a reference is written, for messages. */
  readonly shape: string;
  /** What stands behind the colon. Named groups become parts; the group `field` picks from a JSON object. */
  readonly pattern: RegExp;
  /** What may stand behind a question mark. */
  readonly query?: Readonly<Record<string, RegExp>>;
  /** The first that is installed is asked. */
  readonly tools: readonly string[];
  readonly args: (parts: Parts) => readonly string[];
  /** `first-line`: the tool may print more behind the key, which is not the key. */
  readonly answer: 'whole' | 'first-line';
  /** What the tool prints, with success, where there is no key. */
  readonly nothing?: (parts: Parts) => { readonly text: string; readonly reason: string };
  /** Variables the tool needs beyond those that every command gets; `X_*` stands for all that begin so. */
  readonly environment: readonly string[];
  readonly install: string;
  readonly signIn: string;
}

// A path's segments: no `.` or `..`, the first without a leading dash.
const segment = String.raw`(?!\.{1,2}(?:\/|$))[^\p{C}\/]+`;
const plainSegment = String.raw`(?![-.])[^\p{C}\s\/#?]+`;
const field = String.raw`(?:#(?<field>\w[\w.:@\/-]*))?`;
const asksPeople = ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'DBUS_SESSION_BUS_ADDRESS'];
const printsNone = () => ({ text: 'None', reason: 'the secret holds no text' });

export const managers: readonly Manager[] = [
  {
    scheme: 'op',
    label: '1Password',
    shape: 'op://VAULT/ITEM/FIELD',
    pattern: /^(?<address>\/\/(?!-)[^\p{C}/#?]+(?:\/(?!-)[^\p{C}/#?]+){2,3}(?:\?[\w=&-]+)?)$/u,
    tools: ['op'],
    args: ({ address }) => ['read', '--no-newline', `op:${address}`],
    answer: 'whole',
    environment: ['OP_*', ...asksPeople],
    install:
      'install the 1Password command-line tool `op`: https://developer.1password.com/docs/cli/get-started',
    signIn: 'sign in with `op signin`, or set OP_SERVICE_ACCOUNT_TOKEN',
  },
  {
    scheme: 'pass',
    label: 'pass',
    shape: 'pass:NAME',
    pattern: new RegExp(`^(?<name>(?!-)${segment}(?:\\/${segment})*)$`, 'u'),
    tools: ['pass'],
    args: ({ name = '' }) => ['show', name],
    answer: 'first-line',
    // A folder is shown as a tree under its own name, and that with success.
    nothing: ({ name = '' }) => ({
      text: name,
      reason: 'it is a folder of the password store, not an entry',
    }),
    environment: ['GNUPGHOME', 'GPG_TTY', 'PASSWORD_STORE_*', ...asksPeople],
    install: 'install `pass`: https://www.passwordstore.org',
    signIn: 'see what `pass ls` lists; to be asked in this terminal set GPG_TTY=$(tty)',
  },
  {
    scheme: 'vault',
    label: 'Vault',
    shape: 'vault:MOUNT/PATH#FIELD',
    pattern: new RegExp(
      `^(?<mount>${plainSegment})\\/(?<path>${plainSegment}(?:\\/${plainSegment})*)#(?<key>\\w[\\w.@-]*)$`,
      'u',
    ),
    tools: ['vault', 'bao'],
    args: ({ mount, path = '', key }) => ['kv', 'get', `-mount=${mount}`, `-field=${key}`, path],
    answer: 'whole',
    environment: ['VAULT_*', 'BAO_*'],
    install: 'install `vault` (https://developer.hashicorp.com/vault/install) or `bao` (https://openbao.org)',
    signIn: 'set VAULT_ADDR and sign in with `vault login` (`bao login`), or set VAULT_TOKEN',
  },
  {
    scheme: 'aws-sm',
    label: 'AWS Secrets Manager',
    shape: 'aws-sm:ID[#FIELD][?region=REGION&profile=PROFILE]',
    // `file://` and `http://` would be read by the tool in place of the name.
    pattern: new RegExp(String.raw`^(?<id>(?!-)(?!.*:\/\/)[\w\/+=.@:-]{1,2048})${field}$`, 'u'),
    query: { region: /^[a-z][a-z0-9-]*$/, profile: /^[\w.@+][\w.@+-]*$/ },
    tools: ['aws'],
    args: ({ id = '', region, profile }) => [
      ...[
        'secretsmanager',
        'get-secret-value',
        '--secret-id',
        id,
        '--query',
        'SecretString',
        '--output',
        'text',
      ],
      ...(region === undefined ? [] : ['--region', region]),
      ...(profile === undefined ? [] : ['--profile', profile]),
    ],
    answer: 'whole',
    nothing: printsNone,
    environment: ['AWS_*'],
    install: 'install the AWS command-line tool `aws`: https://aws.amazon.com/cli',
    signIn: 'sign in with `aws sso login` or `aws configure`, and name the region: ?region=…',
  },
  {
    scheme: 'az-kv',
    label: 'Azure Key Vault',
    shape: 'az-kv:VAULT/NAME[/VERSION][#FIELD]',
    pattern: new RegExp(
      String.raw`^(?<vault>[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9])\/(?<name>[A-Za-z0-9][A-Za-z0-9-]{0,126})` +
        String.raw`(?:\/(?<version>[0-9a-f]{32}))?${field}$`,
      'u',
    ),
    tools: ['az'],
    args: ({ vault = '', name = '', version }) => [
      ...['keyvault', 'secret', 'show', '--vault-name', vault, '--name', name],
      ...(version === undefined ? [] : ['--version', version]),
      ...['--query', 'value', '-o', 'tsv', '--only-show-errors'],
    ],
    answer: 'whole',
    nothing: printsNone,
    environment: ['AZURE_*'],
    install:
      'install the Azure command-line tool `az`: https://learn.microsoft.com/cli/azure/install-azure-cli',
    signIn: 'sign in with `az login`',
  },
  {
    scheme: 'gcp-sm',
    label: 'Google Secret Manager',
    shape: 'gcp-sm:PROJECT/NAME[/versions/VERSION][#FIELD]',
    pattern: new RegExp(
      String.raw`^(?<project>[a-z0-9][a-z0-9.:-]*)\/(?<name>\w[\w-]{0,254})` +
        String.raw`(?:\/versions\/(?<version>\w[\w-]{0,62}))?${field}$`,
      'u',
    ),
    tools: ['gcloud'],
    args: ({ project = '', name = '', version = 'latest' }) => [
      ...['secrets', 'versions', 'access', version, '--secret', name, '--project', project],
    ],
    answer: 'whole',
    environment: [
      'CLOUDSDK_*',
      'GOOGLE_APPLICATION_CREDENTIALS',
      'GOOGLE_CLOUD_*',
      'GOOGLE_EXTERNAL_ACCOUNT_*',
    ],
    install: 'install the Google Cloud command-line tool `gcloud`: https://cloud.google.com/sdk/docs/install',
    signIn: 'sign in with `gcloud auth login`',
  },
];

export function findManager(scheme: string): Manager | undefined {
  return managers.find((manager) => manager.scheme === scheme);
}
