// Faults around a connection: nobody there, names, certificates, proxies.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTls, type TlsOptions } from 'node:tls';
import type { AnswerFault } from './network-answers.ts';
import type { NetworkFault, NetworkLab } from './network-trials.ts';

/** An answer fault as the front plays it. */
export function throughFront({ name, spoil, isHarmless = false }: AnswerFault): NetworkFault {
  return {
    ...{ name, isHarmless },
    begin({ front }) {
      front.spoil(spoil);
      return {};
    },
  };
}

export const refused: NetworkFault = {
  name: 'refused: nobody listens',
  async begin({ front }) {
    await front.shut();
    return { end: () => front.open() };
  },
};

/** Another service of this machine that notes the keys that come to it. */
export async function openStranger() {
  const seen: string[] = [];
  const server = createHttp((request, response) => {
    seen.push(JSON.stringify(request.headers));
    response.end('{}');
  }).listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, seen, close: () => server.close().closeAllConnections() };
}

/** A name that nobody has. */
export const host = 'api.imgsys-trial.example';

/** Certificates of an authority of our own, below `place`. */
export function makeCertificates(place: string) {
  const at = (name: string) => join(place, name);
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
  openssl(
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
    ...['-subj', '/CN=trial authority', '-keyout', at('ca.key'), '-out', at('ca.pem')],
  );
  // `from` is when it is issued, for 30 days; now unless given.
  const issue = (name: string, names: string, from?: string) => {
    writeFileSync(at('ext'), `subjectAltName=${names}\n`);
    openssl(
      'req',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      at(`${name}.key`),
      '-out',
      at('csr'),
    );
    const sign = [
      'openssl',
      'x509',
      '-req',
      '-in',
      at('csr'),
      '-CA',
      at('ca.pem'),
      '-CAkey',
      at('ca.key'),
      '-CAcreateserial',
    ];
    const [command = '', ...words] = [...(from === undefined ? [] : ['faketime', from]), ...sign];
    execFileSync(command, [...words, '-days', '30', '-extfile', at('ext'), '-out', at(`${name}.pem`)], {
      stdio: 'ignore',
    });
    return { key: readFileSync(at(`${name}.key`)), cert: readFileSync(at(`${name}.pem`)) };
  };
  const own = `DNS:localhost,DNS:${host},IP:127.0.0.1`;
  return {
    ca: at('ca.pem'),
    good: issue('good', own),
    expired: issue('expired', own, '2020-01-01'),
    early: issue('early', own, '2040-01-01'),
    other: issue('other', 'DNS:elsewhere.example'),
  };
}

export type Certificates = ReturnType<typeof makeCertificates>;

export async function listen(
  server: { listen(port: number, host: string): unknown; address(): unknown } & NodeJS.EventEmitter,
) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

// A service behind TLS, on the port of `lab`.
export async function openTls({ front }: NetworkLab, options: TlsOptions) {
  const sockets = new Set<Socket>();
  const server = createTls(options, (socket) => {
    const inner = connect(front.port, '127.0.0.1');
    sockets.add(socket).add(inner);
    inner.on('error', () => socket.destroy());
    socket
      .on('error', () => inner.destroy())
      .pipe(inner)
      .pipe(socket);
  });
  server.on('tlsClientError', () => {
    // What the trial is about: the client says it.
  });
  const port = await listen(server);
  return {
    port,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
