// Certificates and handshakes that are wrong.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { type Certificates, listen, openTls } from './network-surroundings.ts';
import type { NetworkFault } from './network-trials.ts';

export function tlsFaults(certificates: Certificates, place: string): NetworkFault[] {
  const { ca, good, expired, early, other } = certificates;
  const fault = (
    name: string,
    options: TlsOptions,
    env: Record<string, string> = { NODE_EXTRA_CA_CERTS: ca },
    isHarmless = false,
  ): NetworkFault => ({
    ...{ name, isHarmless },
    async begin(lab) {
      const { port, close } = await openTls(lab, options);
      return { env: { IMGSYS_BASE_URL_OPENAI: `https://localhost:${port}/v1`, ...env }, end: close };
    },
  });
  const raw = (name: string, act: (socket: Socket) => void): NetworkFault => ({
    name,
    async begin() {
      const sockets = new Set<Socket>();
      const server = createServer((socket) => {
        sockets.add(socket);
        socket.on('error', () => socket.destroy());
        act(socket);
      });
      const port = await listen(server);
      const end = () => {
        for (const socket of sockets) socket.destroy();
        server.close();
      };
      return {
        env: { IMGSYS_BASE_URL_OPENAI: `https://localhost:${port}/v1`, NODE_EXTRA_CA_CERTS: ca },
        end,
      };
    },
  });
  const broken = join(place, 'broken.pem');
  writeFileSync(broken, '-----BEGIN CERTIFICATE-----\nnot base64 CANARY\n-----END CERTIFICATE-----\n');
  return [
    fault('TLS: an authority that is named in NODE_EXTRA_CA_CERTS', good, undefined, true),
    fault('TLS: an authority nobody knows', good, {}),
    fault('TLS: NODE_EXTRA_CA_CERTS names no file', good, {
      NODE_EXTRA_CA_CERTS: join(place, 'nowhere.pem'),
    }),
    fault('TLS: NODE_EXTRA_CA_CERTS names a broken file', good, { NODE_EXTRA_CA_CERTS: broken }),
    fault('TLS: NODE_EXTRA_CA_CERTS names a folder', good, { NODE_EXTRA_CA_CERTS: place }),
    fault('TLS: expired', expired),
    fault('TLS: not yet valid', early),
    fault("TLS: another host's", other),
    fault('TLS: 1.1 at most', {
      ...good,
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
    }),
    fault('TLS: a certificate of the client is demanded', {
      ...good,
      requestCert: true,
      rejectUnauthorized: true,
      ca: readFileSync(ca),
    }),
    raw('TLS: cut off in the handshake', (socket) => void socket.once('data', () => socket.destroy())),
    raw('TLS: closed in the handshake', (socket) => void socket.once('data', () => socket.end())),
    raw('TLS: a handshake that is never answered', (socket) => void socket.resume()),
    raw(
      'TLS: plain HTTP on the port',
      (socket) => void socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    ),
    raw(
      'TLS: an alert',
      (socket) => void socket.once('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 40]))),
    ),
  ];
}
