import { extname } from 'node:path';
import { findEntry, openTiff, readDirectory, readNumber } from './metadata/ifd.ts';

const dngVersion = 0xc612;
const subDirectories = 0x14a;
const newSubfileType = 0xfe;

const rawExtensions: Readonly<Record<string, string>> = {
  '.dng': 'DNG',
  '.nef': 'Nikon NEF',
  '.nrw': 'Nikon NRW',
  '.arw': 'Sony ARW',
  '.sr2': 'Sony SR2',
  '.srf': 'Sony SRF',
  '.cr2': 'Canon CR2',
  '.pef': 'Pentax PEF',
  '.srw': 'Samsung SRW',
  '.3fr': 'Hasselblad 3FR',
  '.fff': 'Hasselblad FFF',
  '.erf': 'Epson ERF',
  '.kdc': 'Kodak KDC',
  '.dcr': 'Kodak DCR',
  '.mef': 'Mamiya MEF',
  '.mos': 'Leaf MOS',
  '.iiq': 'Phase One IIQ',
  '.rwl': 'Leica RWL',
};

/**
 * The name of the camera format where a TIFF file is a camera's raw file: it says so by DNGVersion, by a reduced
 * picture in its first directory with the real ones below it (TIFF/EP), or by the name the camera gave it.
 */
export function rawNameOfTiff(bytes: Buffer, fileName: string | undefined): string | undefined {
  const byName = rawExtensions[extname(fileName ?? '').toLowerCase()];
  const tiff = openTiff(bytes);
  const directory = tiff && readDirectory(tiff, tiff.first);
  if (tiff === undefined || directory === undefined) return byName;
  if (findEntry(directory, dngVersion)) return 'DNG';
  const kind = findEntry(directory, newSubfileType);
  const isPreview = kind !== undefined && ((readNumber(tiff, kind) ?? 0) & 1) === 1;
  return isPreview && findEntry(directory, subDirectories) ? (byName ?? 'TIFF/EP') : byName;
}
