// Photoshop image resources in JPEG: APP13, in as many segments as they need.
import { maxSegmentBytes, type Segment } from './jpeg-segments.ts';
import { asResources } from './metadata.ts';

const app13 = 0xed;

export const photoshopMark = Buffer.from('Photoshop 3.0\0', 'latin1');

/** The image resources among segments; undefined where there are none. */
export function resourcesOfJpeg(segments: readonly Segment[]): Buffer | undefined {
  const parts = segments.filter(isPhotoshop).map(({ data }) => data.subarray(photoshopMark.length));
  return asResources(Buffer.concat(parts));
}

/** Image resources as segments. */
export function photoshopSegments(resources: Buffer): Segment[] {
  const room = maxSegmentBytes - photoshopMark.length;
  return Array.from({ length: Math.ceil(resources.length / room) }, (_, index) => {
    const part = resources.subarray(index * room, (index + 1) * room);
    return { marker: app13, data: Buffer.concat([photoshopMark, part]) };
  });
}

export function isPhotoshop({ marker, data }: Segment): boolean {
  return marker === app13 && data.subarray(0, photoshopMark.length).equals(photoshopMark);
}
