// The worker process of one picture at a time: the only place that joins decoding, the local provider, what services make,
// and encoding.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { sha256OfFile } from './hash-file.ts';
import { canCopy } from './images/copy.ts';
import { decode } from './images/decode.ts';
import { edgesFor, grown, growthOf } from './images/edges.ts';
import { encode } from './images/encode.ts';
import type { DecodeLimits, ImageFacts } from './images/facts.ts';
import { inspect, recognise } from './images/inspect.ts';
import { estimateMemory } from './images/memory.ts';
import type { Raster } from './images/raster.ts';
import { openFile, readWhole } from './images/read-whole.ts';
import { tooManyInResult } from './images/refuse.ts';
import { maxAnswerBytes } from './images/restore/read-answer.ts';
import { restoreAnswer } from './images/restore/restore.ts';
import { plainShape, resultSize } from './images/restore/shape.ts';
import { unusable } from './images/restore/unusable.ts';
import { sniffBytes } from './images/sniff.ts';
import { targetFor } from './images/target.ts';
import { thumbnail } from './images/thumbnail.ts';
import { readMask } from './images/upload/mask.ts';
import { prepareUpload } from './images/upload/prepare.ts';
import type { Edges } from './operations.ts';
import { analyse } from './providers/local/analyse.ts';
import { applyPlan } from './providers/local/apply.ts';
import { tellPlan } from './providers/local/describe.ts';
import { withEdges } from './providers/local/expand.ts';
import type { LightMap } from './providers/local/light-map.ts';
import { type LocalRecipe, makePlan, type Plan } from './providers/local/plan.ts';
import { saysNothing } from './source-types.ts';
import { describeReadError, describeWriteError } from './system-errors.ts';
import { serveTasks } from './workers/child.ts';
import type {
  CheckTask,
  EnhanceTask,
  GlanceTask,
  HashTask,
  ImageTasks,
  OpenTask,
  PlanTask,
  PrepareTask,
  RestoreTask,
  ThumbnailTask,
  WeighTask,
} from './workers/tasks.ts';

let held: { readonly bytes: Buffer; readonly facts: ImageFacts } | undefined;

const tasks: ImageTasks = {
  glance,
  open: openImage,
  plan: planImage,
  enhance: enhanceImage,
  prepare,
  restore,
  weigh: weighImage,
  check: checkImage,
  hash: hashFile,
  thumbnail: makeThumbnail,
  async close() {
    held = undefined;
    return null;
  },
};

serveTasks(tasks);

async function glance({ path }: GlanceTask['args']): Promise<GlanceTask['value']> {
  const handle = await openFile(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(sniffBytes), 0, sniffBytes, 0);
    recognise(buffer.subarray(0, bytesRead));
    return null;
  } finally {
    await handle.close();
  }
}

async function openImage({
  path,
  maxBytes,
  limits,
  wish,
  transparent,
  scale,
  expand,
}: OpenTask['args']): Promise<OpenTask['value']> {
  held = undefined;
  const { bytes, stat } = await readWhole(path, maxBytes);
  const facts = await inspect(bytes, limits, path);
  held = { bytes, facts };
  const target = targetFor(facts, wish, transparent);
  return {
    sha256: sha256(bytes),
    size: bytes.length,
    mtimeNs: stat.mtimeNs,
    atimeNs: stat.atimeNs,
    inode: stat.ino,
    mode: Number(stat.mode & 0o7777n),
    facts,
    target,
    memoryBytes: estimateMemory(facts, target, scale * growthOf(expand, facts)) + bytes.length,
  };
}

async function planImage({ recipe, limits }: PlanTask['args']): Promise<PlanTask['value']> {
  const { bytes, facts } = holding();
  const { raster } = await decode(bytes, facts, limits);
  const { plan } = planFor(raster, recipe, limits);
  return {
    ...tellPlan(plan),
    ...resultSize(raster, { ...plainShape, scale: recipe.scale, ...edgesOf(recipe, raster) }),
  };
}

function planFor(
  raster: Raster,
  recipe: LocalRecipe,
  { maxPixels }: DecodeLimits,
): { readonly plan: Plan; readonly light: LightMap } {
  const { edges } = edgesOf(recipe, raster);
  const size = edges && grown(raster, edges);
  if (size && size.width * size.height > maxPixels) throw tooManyInResult(size, maxPixels);
  const analysis = analyse(raster);
  return { plan: withEdges(makePlan(analysis, recipe), edges, raster), light: analysis.light };
}

function edgesOf({ expand }: LocalRecipe, size: { width: number; height: number }): { edges?: Edges } {
  return expand === undefined ? {} : { edges: edgesFor(expand, size) };
}

async function enhanceImage({
  recipe,
  limits,
  encode: wish,
  tempPath,
}: EnhanceTask['args']): Promise<EnhanceTask['value']> {
  const { bytes, facts } = holding();
  const decoded = await decode(bytes, facts, limits);
  const { plan, light } = planFor(decoded.raster, recipe, limits);
  const planned = tellPlan(plan);
  if (plan.steps.length === 0 && canCopy(facts, wish)) {
    await write(tempPath, bytes);
    const { width, height } = decoded.raster;
    return {
      ...planned,
      state: 'unchanged',
      warnings: [],
      width,
      height,
      bytes: bytes.length,
      sha256: sha256(bytes),
    };
  }
  const raster = plan.steps.length === 0 ? decoded.raster : applyPlan(decoded.raster, plan, light);
  // A picture to which nothing is done says of itself what it said before.
  const asMade = plan.steps.length === 0 && wish.disclosure ? { ...wish, disclosure: saysNothing } : wish;
  const encoded = await encode(raster, { bytes, facts }, asMade);
  await write(tempPath, encoded.bytes);
  return {
    ...planned,
    state: plan.steps.length === 0 ? 'unchanged' : 'enhanced',
    warnings: [...decoded.warnings, ...encoded.warnings],
    width: raster.width,
    height: raster.height,
    bytes: encoded.bytes.length,
    sha256: sha256(encoded.bytes),
  };
}

async function prepare({ mask, ...options }: PrepareTask['args']): Promise<PrepareTask['value']> {
  const given = mask && { bytes: await readMask(mask.path), style: mask.style };
  return prepareUpload(holding(), given, options);
}

async function restore({
  answerPath,
  tempPath,
  ...options
}: RestoreTask['args']): Promise<RestoreTask['value']> {
  const most = maxAnswerBytes(options.shape.scale);
  const answer = await readWhole(answerPath, most, (size) =>
    unusable(`the answer has ${size} bytes, more than ${most}`, 'shape'),
  );
  const { bytes, answer: made, ...restored } = await restoreAnswer(holding(), answer.bytes, options);
  await write(tempPath, bytes);
  const text = `answer of ${made.width}x${made.height} brought to ${restored.width}x${restored.height}`;
  return {
    ...restored,
    ...{ state: 'enhanced', steps: [], skipped: [], text, bytes: bytes.length, sha256: sha256(bytes) },
  };
}

async function checkImage({ path, maxBytes, limits }: CheckTask['args']): Promise<CheckTask['value']> {
  const { bytes } = await readWhole(path, maxBytes);
  const facts = await inspect(bytes, limits, path);
  await decode(bytes, facts, limits);
  return { sha256: sha256(bytes) };
}

async function weighImage({ path, maxBytes, limits }: WeighTask['args']): Promise<WeighTask['value']> {
  const { bytes } = await readWhole(path, maxBytes);
  const facts = await inspect(bytes, limits, path);
  const memoryBytes = estimateMemory(facts, targetFor(facts, 'keep'), 1) + bytes.length;
  return { memoryBytes, pixels: facts.width * facts.height };
}

async function makeThumbnail({
  path,
  maxBytes,
  limits,
  ...wish
}: ThumbnailTask['args']): Promise<ThumbnailTask['value']> {
  const { bytes } = await readWhole(path, maxBytes);
  return { bytes: await thumbnail(bytes, await inspect(bytes, limits, path), limits, wish) };
}

async function hashFile({ path }: HashTask['args']): Promise<HashTask['value']> {
  try {
    return { sha256: await sha256OfFile(path) };
  } catch (error) {
    throw describeReadError(error);
  }
}

function holding(): NonNullable<typeof held> {
  if (held === undefined) throw new Error('no picture is open');
  return held;
}

async function write(path: string, bytes: Buffer): Promise<void> {
  try {
    await writeFile(path, bytes, { flag: 'wx' });
  } catch (error) {
    throw describeWriteError(error);
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
