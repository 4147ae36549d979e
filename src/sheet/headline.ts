import type { SheetHead } from './data.ts';

const mostFolders = 2;

/** What a sheet is of: `photos, more and 3 others · listing`. */
export function headline({ folders, preset }: Pick<SheetHead, 'folders' | 'preset'>): string {
  const more = folders.length - mostFolders;
  const others = more > 0 ? ` and ${more} other${more === 1 ? '' : 's'}` : '';
  return [folders.slice(0, mostFolders).join(', ') + others, preset].filter(Boolean).join(' · ');
}
