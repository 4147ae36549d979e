// The pictures that are answered, and the bodies around them.
import { existsSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import { sharedPath } from '../shared.ts';
import { type Usage, usageOf } from './models.ts';
import type { EditRequest, Fault, ImageServerOptions } from './options.ts';

export interface PictureBody {
  readonly created: number;
  readonly background: string;
  readonly output_format: string;
  readonly quality: string;
  readonly size: string;
  readonly data: readonly { readonly b64_json: string }[];
  readonly usage?: Usage;
}

/** The body of a 200, with the fault where that lies in the picture. */
export async function pictureBody(
  request: EditRequest,
  answer: ImageServerOptions['answer'],
  fault: Fault | undefined,
  nowMs: number,
): Promise<PictureBody> {
  const base64 = (await pictureOf(request, answer, fault)).toString('base64');
  return {
    created: Math.floor(nowMs / 1000),
    background: request.fields.background === 'transparent' ? 'transparent' : 'opaque',
    output_format: request.outputFormat,
    quality: request.quality === 'auto' ? 'high' : request.quality,
    size: `${request.width}x${request.height}`,
    data: fault === 'empty' ? [] : [{ b64_json: damage(base64, fault) }],
    ...(fault !== 'no-usage' && { usage: usageOf(request) }),
  };
}

async function pictureOf(
  request: EditRequest,
  answer: ImageServerOptions['answer'],
  fault: Fault | undefined,
): Promise<Buffer> {
  if (fault === 'bomb') return bomb();
  if (fault === 'blank') return blank(request);
  if (fault === 'wrong-size')
    return scaled({ ...request, width: request.width / 2, height: request.height / 2 });
  if (typeof answer === 'function') return answer(request);
  return answer === 'fixed' ? fixed(request) : scaled(request);
}

// The upload itself where nothing has to be changed: its bytes then come back as they went.
async function scaled(request: EditRequest): Promise<Buffer> {
  const { width, height, outputFormat, images, fields } = request;
  const [{ bytes, type, ...upload }] = images;
  const fits = upload.width === width && upload.height === height;
  if (fits && type === `image/${outputFormat}`) return bytes;
  const quality = Number(fields.output_compression ?? 100);
  return sharp(bytes)
    .resize(width, height, { fit: 'fill' })
    .toFormat(outputFormat, optionsOf(outputFormat, quality))
    .toBuffer();
}

function optionsOf(format: EditRequest['outputFormat'], quality: number) {
  if (format === 'png') return { compressionLevel: 1 };
  return format === 'jpeg'
    ? { quality: Math.max(1, quality), chromaSubsampling: '4:4:4' }
    : { quality: Math.max(1, quality) };
}

const made = new Map<string, Promise<Buffer>>();

// One picture a size and format, made when it is first asked for: a slope from black to white with some noise.
function fixed({ width, height, outputFormat }: EditRequest): Promise<Buffer> {
  const name = `${width}x${height}.${outputFormat}`;
  const known = made.get(name);
  if (known !== undefined) return known;
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < pixels.length; at += 1)
    pixels[at] = ((at * 255) / pixels.length + ((at * 2_654_435_761) % 7)) & 255;
  const making = sharp(pixels, { raw: { width, height, channels: 3 } })
    .toFormat(outputFormat)
    .toBuffer();
  made.set(name, making);
  return making;
}

function blank({ width, height, outputFormat }: EditRequest): Promise<Buffer> {
  const background = { r: 128, g: 128, b: 128 };
  return sharp({ create: { width, height, channels: 3, background } })
    .toFormat(outputFormat)
    .toBuffer();
}

// A real one where the corpora are there; else a small JPEG whose frame header (SOF0: length, precision, height, width)
// claims 60000x60000.
async function bomb(): Promise<Buffer> {
  const real = sharedPath('corpora/hostile/bomb-16000x16000-progressive.jpg');
  if (existsSync(real)) return readFileSync(real);
  const create = { width: 16, height: 16, channels: 3, background: 'black' } as const;
  const bytes = await sharp({ create }).jpeg().toBuffer();
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  bytes.writeUInt16BE(60_000, frame + 5);
  bytes.writeUInt16BE(60_000, frame + 7);
  return bytes;
}

function damage(base64: string, fault: Fault | undefined): string {
  const middle = Math.floor(base64.length / 2);
  if (fault === 'truncated-base64') return base64.slice(0, middle - (middle % 4) + 1);
  if (fault === 'garbage-base64') return `${base64.slice(0, middle)}*&%$${base64.slice(middle)}`;
  return base64;
}
