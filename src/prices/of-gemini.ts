import type { PriceRow, PriceStatus, PriceUnit } from './table.ts';

const asOf = '2026-10-05';
const source = 'ai.google.dev: Gemini API pricing, as quoted by several on that day';

/** Dollars: of a million tokens in and out, and of a picture by its class. Google gives the last two as one price. */
interface Prices {
  readonly input: number;
  readonly output: number;
  readonly pictures: Readonly<Record<string, number>>;
}

/** Google Gemini. Of gemini-nano-banana-2.1 no price was to be found that Google states. */
export const geminiRows: readonly PriceRow[] = [
  ...rowsOf('gemini-3.1-flash-image', {
    input: 0.5,
    output: 60,
    pictures: { '1K': 0.067, '2K': 0.101, '4K': 0.151 },
  }),
  ...rowsOf('gemini-3-pro-image', {
    input: 2,
    output: 120,
    pictures: { '1K': 0.134, '2K': 0.134, '4K': 0.24 },
  }),
  ...rowsOf('gemini-3.1-flash-lite-image', { input: 0.25, output: 30, pictures: { '1K': 0.0336 } }),
];

function rowsOf(model: string, { input, output, pictures }: Prices): PriceRow[] {
  const row = (unit: PriceUnit, dollars: number, status: PriceStatus): PriceRow => ({
    ...{ provider: 'gemini', model, unit, microusd: Math.round(dollars * 1e6), asOf, source, status },
  });
  return [
    row('text_input', input, 'secondary'),
    row('image_input', input, 'secondary'),
    row('output', output, 'derived'),
    ...Object.entries(pictures).map(([quality, dollars]) => ({
      ...row('output_picture', dollars, 'secondary'),
      quality,
    })),
  ];
}
