// The models of the service, what they accept, and what they count: its own tables, so that those of the program are checked.
import { type Answer, apiError } from './errors.ts';

export interface ServedModel {
  readonly id: string;
  readonly shutdownDate: string | null;
  readonly qualities: readonly string[];
  /** Whether any size is made, or three only. */
  readonly anySize: boolean;
  /** Side of the token grid of each quality. */
  readonly grid: Readonly<Record<string, number>>;
}

const shorter = { low: 16, medium: 48, high: 96 };
const longer = { low: 16, medium: 24, high: 48, xhigh: 64, max: 96 };

const current = (id: string): ServedModel => ({
  ...{ id, shutdownDate: null, anySize: true, grid: longer },
  qualities: ['auto', ...Object.keys(longer)],
});

export const servedModels: readonly ServedModel[] = [
  ...['gpt-image-2.6-sunburst', 'gpt-image-2.6-flare', 'gpt-image-2.5-sunburst', 'gpt-image-2.5-flare'],
  ...['gpt-image-2.5-sunburst-2026-09-08', 'gpt-image-2.5-flare-2026-09-08'],
]
  .map(current)
  .concat([
    { ...current('gpt-image-2'), qualities: ['auto', ...Object.keys(shorter)], grid: shorter },
    {
      ...{ id: 'gpt-image-1.5', shutdownDate: '2026-12-01', anySize: false, grid: shorter },
      qualities: ['auto', ...Object.keys(shorter)],
    },
  ]);

/** The three sizes every model makes. */
export const threeSizes = ['1024x1024', '1536x1024', '1024x1536'];

/** What is answered to `GET /v1/models` and below it. */
export function modelsAt(path: string): Answer {
  const data = servedModels.map(({ id, shutdownDate }) => ({
    ...{ id, object: 'model', created: 1_790_000_000, owned_by: 'system', shutdown_date: shutdownDate },
  }));
  const name = decodeURIComponent(path.replace(/^\/v1\/models\/?/, ''));
  if (name === '') return { status: 200, body: { object: 'list', data } };
  const model = data.find(({ id }) => id === name);
  if (model !== undefined) return { status: 200, body: model };
  return apiError(
    404,
    `The model '${name}' does not exist`,
    'model_not_found',
    'invalid_request_error',
    'model',
  );
}

/** Why `width`×`height` is not made by models of any size; undefined where it is. */
export function sizeProblem(width: number, height: number): string | undefined {
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  if (width % 16 !== 0 || height % 16 !== 0) return 'Width and height must be multiples of 16.';
  if (long > 3840) return 'No edge may be longer than 3840 pixels.';
  if (long > 3 * short) return 'The aspect ratio must be between 1:3 and 3:1.';
  const pixels = width * height;
  return pixels < 655_360 || pixels > 8_294_400 ? 'Pixels must be between 655360 and 8294400.' : undefined;
}

export interface Usage {
  readonly input_tokens: number;
  readonly input_tokens_details: { readonly text_tokens: number; readonly image_tokens: number };
  readonly output_tokens: number;
  readonly total_tokens: number;
}

interface Made {
  readonly model: string;
  readonly quality: string;
  readonly prompt: string;
  readonly width: number;
  readonly height: number;
  readonly images: readonly { readonly width: number; readonly height: number }[];
}

/** What is billed. Output by the formula of OpenAI's published calculator, `auto` as high; input by patches of 32 pixels. */
export function usageOf(made: Made): Usage {
  const grid: ServedModel['grid'] = servedModels.find(({ id }) => id === made.model)?.grid ?? longer;
  const side = grid[made.quality] ?? grid.high ?? 48;
  const [long, short] = [Math.max(made.width, made.height), Math.min(made.width, made.height)];
  const other = roundHalfEven((side * short) / long);
  const output = Math.ceil((side * other * (2_000_000 + made.width * made.height)) / 4_000_000);
  const text = Math.ceil(made.prompt.length / 4) + 6;
  const image = made.images.reduce(
    (sum, { width, height }) => sum + Math.min(1536, Math.ceil(width / 32) * Math.ceil(height / 32)),
    0,
  );
  return {
    input_tokens: text + image,
    input_tokens_details: { text_tokens: text, image_tokens: image },
    output_tokens: output,
    total_tokens: text + image + output,
  };
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
