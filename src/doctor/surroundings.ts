// The terminal and the environment: variables by name only, since their values may hold secrets.
import type { Streams } from '../streams.ts';
import type { Finding } from './finding.ts';

const interesting =
  /^(CI|GITHUB_ACTIONS|GITLAB_CI|BUILDKITE|JENKINS_URL|TF_BUILD|(HTTPS?|ALL|NO)_PROXY|NODE_(EXTRA_CA_CERTS|USE_ENV_PROXY|OPTIONS|TLS_REJECT_UNAUTHORIZED)|SSL_CERT_(FILE|DIR)|IMGSYS_.+|(NO|FORCE)_COLOR)$/i;

export function examineTerminal({ stdout, stderr }: Streams, env: NodeJS.ProcessEnv): Finding {
  if (!stderr.isTTY) {
    const where = stdout.isTTY ? 'messages go to a pipe or file' : 'no terminal';
    return { name: 'terminal', state: 'ok', text: `${where}: progress is printed as plain lines` };
  }
  const facts = [
    `${stderr.columns ?? 'unknown'} columns`,
    hasColour(env) ? 'colour' : 'no colour',
    hasUnicode(env) ? 'Unicode' : 'ASCII only',
    ...(stdout.isTTY ? [] : ['results go to a pipe or file']),
  ];
  return { name: 'terminal', state: 'ok', text: `terminal: ${facts.join(', ')}` };
}

/** Variables that change how the program behaves, where any are set. */
export function examineEnvironment(env: NodeJS.ProcessEnv): Finding[] {
  const seen = Object.keys(env)
    .filter((name) => interesting.test(name) && env[name] !== '')
    .sort();
  const findings: Finding[] = [
    {
      name: 'environment',
      state: 'ok',
      text:
        seen.length === 0 ? 'no CI or proxy variables are set' : `variables that are set: ${seen.join(', ')}`,
    },
  ];
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    findings.push({
      name: 'tls',
      state: 'problem',
      text: 'NODE_TLS_REJECT_UNAUTHORIZED is 0: certificates are not checked, keys could be read on their way',
      hint: 'unset it; name the certificate of your proxy in NODE_EXTRA_CA_CERTS instead',
    });
  }
  return findings;
}

function hasColour(env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  return env.TERM !== 'dumb';
}

function hasUnicode(env: NodeJS.ProcessEnv): boolean {
  if (process.platform === 'win32') return env.WT_SESSION !== undefined || env.TERM_PROGRAM !== undefined;
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
}
