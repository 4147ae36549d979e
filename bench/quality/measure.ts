// What the presets make of one photograph: with each fault, and as it is.
import { join } from 'node:path';
import type { Raster } from '../../src/images/raster.ts';
import { analyse } from '../../src/providers/local/analyse.ts';
import { applyPlan } from '../../src/providers/local/apply.ts';
import { describePlan, makePlan } from '../../src/providers/local/plan.ts';
import { meanDeltaE, psnr } from './difference.ts';
import { faults } from './faults.ts';
import { loadPhoto, type Photo } from './photos.ts';
import { faultsFor, type MeasuredPreset, presetNamed } from './presets.ts';
import { writeSheet } from './sheet.ts';
import { shownFaults } from './shown.ts';
import { ssim } from './ssim.ts';

/** One photograph to measure; plain data, so that it can be sent to a worker. */
export interface Task {
  readonly path: string;
  readonly part: 'faults' | 'untouched' | 'art' | 'examples';
  readonly presets: readonly string[];
  /** The kind of fault alone to measure. */
  readonly only: string | undefined;
  /** Where sheets of before and after go. */
  readonly sheets: string | undefined;
}

export interface Closeness {
  readonly deltaE: number;
  readonly ssim: number;
  /** dB */
  readonly psnr: number;
}

/** One photograph with one fault: how close it is to the original before and after. */
export interface Mended {
  readonly part: 'faults';
  readonly preset: string;
  readonly photo: string;
  readonly fault: string;
  readonly kind: string;
  readonly before: Closeness;
  readonly after: Closeness;
  readonly plan: string;
}

/** One picture as it is: how far it is moved. */
export interface Moved {
  readonly part: 'untouched' | 'art' | 'examples';
  readonly preset: string;
  readonly photo: string;
  readonly deltaE: number;
  readonly plan: string;
}

const faultySide = 800;

export async function measure(task: Task): Promise<readonly (Mended | Moved)[]> {
  const photo = await loadPhoto(task.path, task.part === 'faults' ? faultySide : 100_000);
  return task.part === 'faults' ? mend(photo, task) : move(photo, task);
}

/** Does what the preset does, to a copy. */
export function enhance(raster: Raster, { look, strength }: MeasuredPreset) {
  const analysis = analyse(raster);
  const plan = makePlan(analysis, { look, scale: 1, strength });
  return {
    after: applyPlan({ ...raster, data: raster.data.slice() }, plan, analysis.light),
    text: describePlan(plan),
  };
}

/** Whether the preset leaves the picture as it is, byte for byte. */
export function leaves({ look, strength }: MeasuredPreset, raster: Raster): boolean {
  return makePlan(analyse(raster), { look, scale: 1, strength }).steps.length === 0;
}

async function mend({ name: photo, raster }: Photo, { presets, only, sheets }: Task): Promise<Mended[]> {
  const rows: Mended[] = [];
  for (const fault of faults) {
    const asked = presets.filter((preset) => faultsFor(preset).includes(fault));
    if (asked.length === 0 || (only !== undefined && only !== fault.kind)) continue;
    const faulty = fault.make(raster);
    const before = compare(raster, faulty);
    for (const preset of asked) {
      const { after, text } = enhance(faulty, presetNamed(preset));
      const { name, kind } = fault;
      const row = { part: 'faults', preset, photo, fault: name, kind, plan: text } as const;
      rows.push({ ...row, before, after: compare(raster, after) });
      if (sheets !== undefined && shownFaults.some((shown) => shown.fault === name && shown.photo === photo))
        await writeSheet(faulty, after, join(sheets, `${preset} ${name} ${photo}.png`));
    }
  }
  return rows;
}

async function move({ name: photo, raster }: Photo, { part, presets, sheets }: Task): Promise<Moved[]> {
  const rows: Moved[] = [];
  for (const preset of presets) {
    const { after, text } = enhance(raster, presetNamed(preset));
    rows.push({
      part: part as Moved['part'],
      preset,
      photo,
      deltaE: meanDeltaE(raster, after),
      plan: text,
    });
    if (sheets !== undefined) await writeSheet(raster, after, join(sheets, `${preset} ${part} ${photo}.png`));
  }
  return rows;
}

function compare(original: Raster, other: Raster): Closeness {
  return {
    deltaE: meanDeltaE(original, other),
    ssim: ssim(original, other),
    psnr: psnr(original, other),
  };
}
