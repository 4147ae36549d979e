// Names that lead nowhere, late, or to several places.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Certificates, host, openTls } from './network-surroundings.ts';
import type { NetworkFault } from './network-trials.ts';

/** What a resolver of our own answers; the program runs where it is the only one. Root alone can do that. */
export function dnsFaults(certificates: Certificates, place: string): NetworkFault[] {
  let faults = 0;
  const fault = (name: string, answer: Answerer | undefined, isHarmless = false): NetworkFault => ({
    ...{ name: `DNS: ${name}`, isHarmless },
    async begin(lab) {
      faults += 1;
      const resolver = `127.53.53.${faults}`;
      const conf = join(place, `resolv-${faults}.conf`);
      writeFileSync(conf, `nameserver ${resolver}\noptions timeout:2 attempts:2\n`);
      const under = ['unshare', '-m', 'sh', '-c', `mount --bind ${conf} /etc/resolv.conf && exec "$@"`, 'sh'];
      const tls = await openTls(lab, certificates.good);
      const socket = createSocket('udp4');
      socket.on('message', (query, { port, address }) => {
        const reply = (bytes: Buffer) => {
          if (isOpen) socket.send(bytes, port, address);
        };
        answer?.(query, reply);
      });
      let isOpen = true;
      if (answer !== undefined) {
        socket.bind(53, resolver);
        await once(socket, 'listening');
      }
      const end = () => {
        isOpen = false;
        socket.close();
        tls.close();
      };
      const env = {
        IMGSYS_BASE_URL_OPENAI: `https://${host}:${tls.port}/v1`,
        NODE_EXTRA_CA_CERTS: certificates.ca,
      };
      return { env, under, end };
    },
  });
  const here = [127, 0, 0, 1];
  const nowhere6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  const slow =
    (ms: number): Answerer =>
    (query, reply) =>
      void setTimeout(() => reply(dns(query, { 1: [here] })), ms).unref();
  return [
    fault('one address', (query, reply) => reply(dns(query, { 1: [here] })), true),
    fault('no such name', (query, reply) => reply(dns(query, {}, 3))),
    fault('a resolver in trouble', (query, reply) => reply(dns(query, {}, 2))),
    fault('a resolver that refuses', (query, reply) => reply(dns(query, {}, 5))),
    fault('no resolver', undefined),
    fault('a resolver that never answers', () => {}),
    fault('answered after 1 s', slow(1000), true),
    fault('answered after 3 s, in the second try', slow(3000)),
    fault('no address of the name', (query, reply) => reply(dns(query, {}))),
    fault('IPv6 alone, which leads nowhere', (query, reply) => reply(dns(query, { 28: [nowhere6] }))),
    fault(
      'IPv6 that leads nowhere, and IPv4',
      (query, reply) => reply(dns(query, { 1: [here], 28: [nowhere6] })),
      true,
    ),
    fault(
      'a first address that leads nowhere',
      (query, reply) => reply(dns(query, { 1: [[192, 0, 2, 1], here] })),
      true,
    ),
    fault('noise', (_query, reply) => reply(Buffer.from('no DNS at all'))),
  ];
}

type Answerer = (query: Buffer, reply: (bytes: Buffer) => void) => void;

// RFC 1035, section 4: header, the question as it came, one record for each address of the type asked for.
function dns(query: Buffer, addresses: Readonly<Record<number, number[][]>>, code = 0): Buffer {
  let end = 12;
  while ((query[end] ?? 0) !== 0) end += (query[end] ?? 0) + 1;
  const question = query.subarray(12, end + 5);
  const found = addresses[query.readUInt16BE(end + 1)] ?? [];
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(found.length, 6);
  const records = found.map((address) =>
    Buffer.from([0xc0, 12, 0, query[end + 2] ?? 1, 0, 1, 0, 0, 0, 60, 0, address.length, ...address]),
  );
  return Buffer.concat([header, question, ...records]);
}
