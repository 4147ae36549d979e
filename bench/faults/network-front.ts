// A door in front of the image service that spoils what goes through it, on the level of bytes.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What is done with one connection in place of passing it on. `request` resolves with all of it once it is whole. */
export type Spoil = (
  socket: Socket,
  request: () => Promise<Buffer>,
  pass: () => void,
) => void | Promise<void>;

export interface Front {
  readonly port: number;
  /** Requests for pictures that came whole while something was spoilt: each of them may have been charged. */
  readonly whole: readonly Buffer[];
  /** Undefined passes everything on. */
  spoil(spoil: Spoil | undefined): void;
  /** Closes the door itself, or opens it again on the same port. */
  shut(): Promise<void>;
  open(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a door on a port of its own to `upstream`, the port of a service on this machine. */
export async function openFront(upstream: number): Promise<Front> {
  const sockets = new Set<Socket>();
  const whole: Buffer[] = [];
  let spoil: Spoil | undefined;
  let server: Server;
  let port = 0;
  const handle = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {
      // The other side may go at any time; what it lost is judged by what it says.
    });
    const pass = () => {
      const inner = connect(upstream, '127.0.0.1');
      sockets.add(inner);
      inner.on('error', () => socket.destroy()).on('close', () => sockets.delete(inner));
      socket.pipe(inner).pipe(socket);
    };
    if (spoil === undefined) return pass();
    const request = async () => {
      const bytes = await readRequest(socket);
      if (bytes.subarray(0, 5).toString('latin1') === 'POST ') whole.push(bytes);
      return bytes;
    };
    Promise.resolve(spoil(socket, request, pass)).catch((error: unknown) => {
      // Who goes away in the middle of a request has said nothing that could be spoilt.
      if (!(error instanceof EndedEarly)) console.error(error);
    });
  };
  const open = async () => {
    server = createServer({ allowHalfOpen: true }, handle).listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  const shut = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  await open();
  return {
    get port() {
      return port;
    },
    whole,
    spoil(next) {
      spoil = next;
      for (const socket of sockets) socket.destroy();
    },
    ...{ shut, open, close: shut },
  };
}

// By its content-length; a request of this program always has one.
async function readRequest(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of on(socket)) {
    chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) continue;
    const length = Number(/content-length: *(\d+)/i.exec(bytes.toString('latin1', 0, end))?.[1] ?? 0);
    if (bytes.length >= end + 4 + length) return bytes;
  }
  throw new EndedEarly('the request ended early');
}

class EndedEarly extends Error {
  override readonly name = 'EndedEarly';
}

// Does not destroy the socket when it is left, as iterating it would.
async function* on(socket: Socket): AsyncGenerator<Buffer> {
  const chunks: Buffer[] = [];
  let wake = () => {};
  let done = false;
  const take = (chunk: Buffer) => {
    chunks.push(chunk);
    wake();
  };
  const end = () => {
    done = true;
    wake();
  };
  socket.on('data', take).on('end', end).on('close', end);
  try {
    for (;;) {
      const chunk = chunks.shift();
      if (chunk !== undefined) yield chunk;
      else if (done) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    socket.off('data', take).off('end', end).off('close', end);
    socket.resume();
  }
}
