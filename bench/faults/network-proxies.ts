// Proxies that are wrong, and variables that name none.
import { connect, createServer, type Socket } from 'node:net';
import { type Certificates, host, listen, openTls } from './network-surroundings.ts';
import type { NetworkFault } from './network-trials.ts';

/** Proxies between the program and `host`, which nobody else knows. */
export function proxyFaults(certificates: Certificates): NetworkFault[] {
  const target = { IMGSYS_BASE_URL_OPENAI: `https://${host}/v1`, NODE_EXTRA_CA_CERTS: certificates.ca };
  const proxy = (
    name: string,
    act: (socket: Socket, port: number) => void,
    isHarmless = false,
  ): NetworkFault => ({
    ...{ name: `proxy: ${name}`, isHarmless },
    async begin(lab) {
      const tls = await openTls(lab, certificates.good);
      const sockets = new Set<Socket>();
      const server = createServer((socket) => {
        sockets.add(socket);
        socket.on('error', () => socket.destroy());
        socket.once('data', () => act(socket, tls.port));
      });
      const port = await listen(server);
      const end = () => {
        for (const socket of sockets) socket.destroy();
        server.close();
        tls.close();
      };
      return { env: { ...target, HTTPS_PROXY: `http://me:CANARY@127.0.0.1:${port}` }, end };
    },
  });
  const env = (name: string, more: Record<string, string>): NetworkFault => ({
    name: `proxy: ${name}`,
    begin: () => ({ env: { ...target, ...more } }),
  });
  return [
    proxy(
      'one that works',
      (socket, port) => {
        const inner = connect(port, '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
          socket.pipe(inner).pipe(socket);
        });
        inner.on('error', () => socket.destroy());
      },
      true,
    ),
    proxy(
      '407',
      (socket) =>
        void socket.end(
          'HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n',
        ),
    ),
    proxy('403', (socket) => void socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno')),
    proxy('502', (socket) => void socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n')),
    proxy(
      'a page',
      (socket) =>
        void socket.end(
          'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 20\r\n\r\n<html>welcome</html>',
        ),
    ),
    proxy('drops CONNECT', (socket) => void socket.end()),
    proxy('resets CONNECT', (socket) => void socket.resetAndDestroy()),
    proxy('never answers CONNECT', (socket) => void socket.resume()),
    proxy('no HTTP', (socket) => void socket.end('SSH-2.0-x\r\n')),
    proxy(
      'closes the tunnel at once',
      (socket) => void socket.end('HTTP/1.1 200 Connection established\r\n\r\n'),
    ),
    proxy(
      'noise in the tunnel',
      (socket) => void socket.end(`HTTP/1.1 200 Connection established\r\n\r\n${'noise'.repeat(100)}`),
    ),
    env('refused', { HTTPS_PROXY: 'http://me:CANARY@127.0.0.1:9' }),
    env('no such host', { HTTPS_PROXY: 'http://me:CANARY@nowhere.invalid:8080' }),
    env('no address', { HTTPS_PROXY: 'CANARY CANARY' }),
    env('an address without a host', { HTTPS_PROXY: 'http://:8080' }),
    env('port 99999', { HTTPS_PROXY: 'http://127.0.0.1:99999' }),
    env('SOCKS', { HTTPS_PROXY: 'socks5://me:CANARY@127.0.0.1:1080' }),
    env('file:', { HTTPS_PROXY: 'file:///etc/CANARY' }),
    env('HTTP_PROXY alone for an https address', { http_proxy: 'http://127.0.0.1:9' }),
    env('NO_PROXY for the host', { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: host }),
  ];
}
