// The image service in a process of its own: every picture comes back as it went, as a PNG that is made once; half a
// second a call. Prints its address.
import sharp from 'sharp';
import { type EditRequest, startImageServer } from '../../test/helpers/image-server.ts';

const made = new Map<string, Promise<Buffer>>();

const server = await startImageServer({ latencyMs: [500, 500], answer });
process.stdout.write(`${server.baseUrl}\n`);
process.on('disconnect', () => process.exit());

function answer({ images: [{ bytes, sha256 }], width, height }: EditRequest): Promise<Buffer> {
  const name = `${sha256} ${width}x${height}`;
  const known = made.get(name);
  if (known !== undefined) return known;
  const making = sharp(bytes)
    .resize(width, height, { fit: 'fill' })
    .png({ compressionLevel: 2, adaptiveFiltering: true })
    .toBuffer();
  made.set(name, making);
  return making;
}
