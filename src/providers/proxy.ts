// The way out to the network: HTTPS_PROXY and NO_PROXY hold without further settings.
import { setGlobalProxyFromEnv } from 'node:http';
import { CommandError, exitCodes } from '../errors.ts';
import { ProxyFailure } from './http.ts';
import { endLostTunnels } from './proxy-drops.ts';

const loopback = 'localhost,127.0.0.1,[::1]';

/**
 * `fetch` that goes through the proxy named by `env`, in capital or small letters. Node's own ignores it unless
 * NODE_USE_ENV_PROXY is set before it starts. A server on this machine is never asked through a proxy, which would see
 * the key. Changes this process. Throws CommandError (2) when what is named is no address of a proxy.
 */
export function fetchThroughProxy(env: NodeJS.ProcessEnv): typeof fetch {
  const around = given(env, 'NO_PROXY') ?? '';
  const proxies = Object.fromEntries(
    ['HTTP_PROXY', 'HTTPS_PROXY'].flatMap((name) => {
      const address = given(env, name);
      return address === undefined ? [] : [[name, readAddress(name, address)]];
    }),
  );
  // A star alone means: never through a proxy.
  if (Object.keys(proxies).length === 0 || around === '*') return fetch;
  const excluded = around === '' ? loopback : `${around},${loopback}`;
  setGlobalProxyFromEnv({ ...proxies, NO_PROXY: excluded });
  endLostTunnels();
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    // As Node's own: what is named for http alone is asked for https as well.
    const proxy = (url.protocol === 'https:' ? proxies.HTTPS_PROXY : undefined) ?? proxies.HTTP_PROXY;
    if (proxy === undefined || isExcluded(url, excluded)) return fetch(input, init);
    try {
      return await fetch(input, init);
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new ProxyFailure(new URL(proxy).host, cause);
    }
  };
}

// Names, with a port or without, and what ends in them behind a dot or a star; for messages only.
function isExcluded({ hostname, host }: URL, list: string): boolean {
  const rules = list.toLowerCase().split(/[\s,]+/);
  return rules.some((rule) => {
    const name = rule.replace(/^\*(?=\.)/, '');
    return name.startsWith('.') ? hostname.endsWith(name) : name === hostname || name === host;
  });
}

function given(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return (env[name.toLowerCase()] || env[name])?.trim() || undefined;
}

// The address is not repeated: there may be a password in it.
function readAddress(name: string, text: string): string {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url !== null && /^https?:$/.test(url.protocol)) return url.href;
  if (/^socks/i.test(text)) {
    throw new CommandError(`${name}: SOCKS proxies are not supported`, {
      exitCode: exitCodes.usage,
      hint: `name an HTTP proxy as http://HOST:PORT, or unset ${name}`,
    });
  }
  throw new CommandError(`${name} does not hold the address of a proxy`, {
    exitCode: exitCodes.usage,
    hint: `write it as http://HOST:PORT, or unset ${name}`,
  });
}
