// Four crops of shared photographs without noise, on which denoising is measured.
import sharp from 'sharp';
import type { Raster } from '../../../src/images/raster.ts';
import { sharedPath } from '../../helpers/shared.ts';

const size = 256;
const places = [
  { name: 'astronaut.png', left: 85, top: 128 },
  { name: 'coffee.png', left: 342, top: 144 },
  { name: 'chelsea.png', left: 65, top: 22 },
  { name: 'rocket.jpg', left: 384, top: 85 },
];

/** 256 x 256 pixels of each of four photographs: 8-bit RGB.. */
export async function loadCrops(): Promise<Raster[]> {
  return Promise.all(
    places.map(async ({ name, left, top }) => {
      const data = await sharp(sharedPath(`corpora/photos/${name}`))
        .removeAlpha()
        .extract({ left, top, width: size, height: size })
        .raw()
        .toBuffer();
      return { data: new Uint8Array(data), width: size, height: size, pages: 1, channels: 3, depth: 8 };
    }),
  );
}
