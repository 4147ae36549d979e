// The way out to the network: HTTPS_PROXY and NO_PROXY hold without further settings.
import { setGlobalProxyFromEnv } from 'node:http';
import { CommandError, exitCodes } from '../errors.ts';

const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'] as const;
const loopback = 'localhost,127.0.0.1,[::1]';

/**
 * `fetch` that goes through the proxy named by `env`, in capital or small letters. Node's own ignores it unless
 * NODE_USE_ENV_PROXY is set before it starts. A server on this machine is never asked through a proxy, which would see
 * the key. Changes this process. Throws CommandError (2) when what is named is no address of a proxy.
 */
export function fetchThroughProxy(env: NodeJS.ProcessEnv): typeof fetch {
  const given = Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name.toLowerCase()] || env[name];
      return value ? [[name, value]] : [];
    }),
  );
  const isNamed = given.HTTP_PROXY !== undefined || given.HTTPS_PROXY !== undefined;
  // A star alone means: never through a proxy.
  if (!isNamed || given.NO_PROXY?.trim() === '*') return fetch;
  const around = given.NO_PROXY === undefined ? loopback : `${given.NO_PROXY},${loopback}`;
  try {
    setGlobalProxyFromEnv({ ...given, NO_PROXY: around });
  } catch {
    // The reason would repeat the address, in which there may be a password.
    throw new CommandError('HTTPS_PROXY or HTTP_PROXY does not hold the address of a proxy', {
      exitCode: exitCodes.usage,
      hint: 'write it as http://HOST:PORT',
    });
  }
  return fetch;
}
