// A service on this machine that answers as the real one does, told as data; faults may take the place of any answer.
import type { ServerResponse } from 'node:http';
import { type Asked, type Reply, serve } from '../../providers/service/server.ts';

/** What came with a request that may cost money. */
export interface Order {
  /** Below the base URL. */
  readonly path: string;
  readonly picture: Buffer;
  readonly mask: Buffer | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The picture that is made for an order. */
export type Make = (order: Order) => Buffer | Promise<Buffer>;

export interface Request extends Asked {
  /** Below the base URL, with the query. */
  readonly path: string;
}

export interface Stage {
  readonly origin: string;
  readonly orders: readonly Order[];
  readonly make: Make;
}

/** How a service answers. */
export interface Play {
  /** The end of its base URL: `/v1`. */
  readonly base: string;
  /** Whether a request may cost money. */
  isOrder(request: Request): boolean;
  read(request: Request): Order | Promise<Order>;
  /** Undefined for a path that the service does not have. An order is the last of `stage.orders`. */
  answer(request: Request, stage: Stage): Reply | undefined | Promise<Reply | undefined>;
}

/** `drop` closes the connection, `hang` says nothing, `cut` breaks off within the body. */
export type Other = 'drop' | 'hang' | 'cut' | Reply;

export interface PlayServer {
  readonly baseUrl: string;
  /** All that was asked, and what of it may have cost money. */
  readonly asked: readonly Asked[];
  readonly orders: readonly Order[];
  /** What is answered in the place of the usual, once a request has come whole; undefined leaves the usual. */
  instead(other: (request: Request) => Other | undefined): void;
}

/** Any bytes are a picture until they are decoded. */
export const undecoded = Buffer.from('not decoded here, so any bytes are a picture');

/** Starts it on a port of its own; it ends with the tests of the file. */
export async function startPlay(play: Play, make: Make = () => undecoded): Promise<PlayServer> {
  const orders: Order[] = [];
  let instead: (request: Request) => Other | undefined = () => undefined;
  const { origin, asked } = await serve(async (one, response) => {
    const path = one.url.startsWith(`${play.base}/`) ? one.url.slice(play.base.length) : one.url;
    const request = { ...one, path };
    if (play.isOrder(request)) orders.push(await play.read(request));
    const other = instead(request);
    if (typeof other === 'string') return breakOff(other, response);
    const stage = { origin: `http://${one.headers.host}`, orders, make };
    return other ?? (await play.answer(request, stage)) ?? { status: 404, body: 'no such path' };
  });
  return {
    ...{ baseUrl: `${origin}${play.base}`, asked, orders },
    instead: (other) => {
      instead = other;
    },
  };
}

function breakOff(how: 'drop' | 'hang' | 'cut', response: ServerResponse): undefined {
  if (how === 'drop') response.destroy();
  if (how !== 'cut') return;
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '9999', 'x-kept': 'yes' });
  response.write('{"half', () => response.destroy());
}

/** An order that is a form. `pictureField` is where the picture is; the mask is called so everywhere. */
export async function readForm(request: Request, pictureField: string): Promise<Order> {
  const type = { 'content-type': request.headers['content-type'] ?? '' };
  const form = await new Response(request.body as Buffer<ArrayBuffer>, { headers: type }).formData();
  const bytesOf = async (name: string) => {
    const file = form.get(name);
    return file instanceof Blob ? Buffer.from(await file.arrayBuffer()) : undefined;
  };
  const fields = Object.fromEntries([...form].filter(([, value]) => typeof value === 'string'));
  const [picture = Buffer.alloc(0), mask] = [await bytesOf(pictureField), await bytesOf('mask')];
  return { path: request.path, picture, mask, fields };
}

/** The bytes of a data URL; none for anything else. */
export function ofDataUrl(value: unknown): Buffer | undefined {
  const text = [value].flat()[0];
  if (typeof text !== 'string' || !text.startsWith('data:')) return undefined;
  return Buffer.from(text.slice(text.indexOf(',') + 1), 'base64');
}

/** The last of the orders: the one that is being answered. */
export function lastOf(orders: readonly Order[]): Order {
  const last = orders.at(-1);
  if (last === undefined) throw new Error('nothing was ordered');
  return last;
}
