// A run that never was, for looking at sheets: photographs of the corpora under many names, with costs and drift.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DriftReason } from '../../src/images/drift/drift.ts';
import type { SheetHead } from '../../src/sheet/data.ts';
import { hrefOf } from '../../src/sheet/href.ts';
import type { Presented } from '../../src/sheet/present.ts';

/** The photographs in a folder, by name. */
export function photosIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /\.(jpe?g|png|webp)$/i.test(name))
    .map((name) => join(folder, name))
    .sort();
}

/** `count` pictures: before and after are two photographs' files, or one. */
export function madeUp(
  photos: readonly string[],
  results: readonly string[],
  count: number,
  page: string,
): Presented[] {
  return Array.from({ length: count }, (_, at): Presented => {
    const before = photos[at % photos.length] ?? '';
    const after = results[at % results.length] ?? before;
    const reasons: DriftReason[] = at % 23 === 5 ? ['structure', 'edges'] : at % 41 === 7 ? ['colour'] : [];
    const failed = at % 57 === 3;
    const unchanged = at % 19 === 11;
    const file = (path: string) => ({ href: hrefOf(path, page), state: 'as-it-was' as const, shows: true });
    const microusd = 38_000 + ((at * 7919) % 17_000) + (at % 31 === 0 ? 21_000 : 0);
    return {
      picture: {
        name: `rooms/${String(at % 40).padStart(2, '0')}/DSC_${String(10_000 + at)}.jpg`,
        path: `/home/ana/listings/rooms/${at % 40}/DSC_${10_000 + at}.jpg`,
        state: failed ? 'failed' : unchanged ? 'unchanged' : 'enhanced',
        review: reasons.length > 0 && at % 2 === 1,
        before: file(before),
        ...(failed ? {} : { after: file(unchanged ? before : after) }),
        ...{ provider: 'openai', preset: at % 5 === 0 ? 'listing' : 'real-estate' },
        text: failed ? '' : 'answer of 1536x1024 brought to 4000x2667',
        ...{ width: 4000, height: 2667 },
        ...(!failed && {
          cost: {
            provider: 'openai',
            model: 'gpt-image-2.5-sunburst',
            microusd,
            kind: 'measured',
            reused: at % 13 === 2,
          },
          drift: {
            measures: {
              structure: reasons.includes('structure') ? 0.41 : 0.93 - (at % 10) / 100,
              ...{ colour: reasons.includes('colour') ? 17.2 : 2.4, edges: reasons.length > 1 ? 0.38 : 0.91 },
              ...{ blank: false, unchanged: false },
            },
            reasons,
          },
        }),
        warnings: at % 37 === 1 ? ['its HDR gain map is lost, the standard picture is kept'] : [],
        ...(failed && {
          reason: 'provider-refused',
          message: 'the service refused the picture: safety system',
          hint: 'try another prompt, or another provider',
        }),
        elapsedMs: 9_000 + ((at * 331) % 8_000),
        atMs: 1_795_000_000_000 + at * 1_700,
      },
      before,
      after: failed ? undefined : after,
    };
  });
}

export function madeUpHead(output: string): SheetHead {
  return {
    ...{
      run: '2026-11-21T0412-k3f',
      folders: ['photos'],
      provider: 'openai',
      preset: 'real-estate',
      model: 'gpt-image-2.5-sunburst',
    },
    quality: 'high',
    prompt:
      'Improve the light of this photograph of a room. Add nothing, remove nothing; keep geometry, text and faces.',
    output,
    ...{ startedMs: 1_795_000_000_000, endedMs: 1_795_003_000_000, state: 'finished', left: 0 },
    skipped: { 'not-an-image': 3 },
    charges: { microusd: 131_240_000, unknown: 0, useless: 1, unsettled: 2, unsettledMicrousd: 164_000 },
    again: {
      before: 'cd /home/ana/listings && imgsys enhance --files-from ',
      after:
        " -o /home/ana/enhanced --on-exists overwrite -p real-estate --provider openai --prompt 'say what should be different'",
      note: 'Change the prompt, the model or the quality: the same order gives the same picture again, since nothing is bought twice.',
    },
  };
}
