// What services charge, as data: nothing here knows how a service counts.

/**
 * `text_input`, `image_input`, `output`: tokens, by the million. `output_picture`: the picture that is made, where what is
 * sent is charged besides. `picture`: all of one call. `megapixel`: a million pixels of the result.
 */
export type PriceUnit = 'text_input' | 'image_input' | 'output' | 'output_picture' | 'picture' | 'megapixel';

export const priceUnits: readonly PriceUnit[] = [
  'text_input',
  'image_input',
  'output',
  'output_picture',
  'picture',
  'megapixel',
];

export const tokenUnits: readonly PriceUnit[] = priceUnits.slice(0, 3);

/**
 * `confirmed`: read at the service, or told by it. `derived`: by a rule of the service. `secondary`: by others.
 * `stated`: by the user.
 */
export type PriceStatus = 'confirmed' | 'derived' | 'secondary' | 'unconfirmed' | 'stated';

/** One price. */
export interface PriceRow {
  readonly provider: string;
  /** `*` is any model without a price of its own; only for `picture`. */
  readonly model: string;
  readonly unit: PriceUnit;
  /** Micro-dollars for a picture, for a million pixels, or for a million tokens. */
  readonly microusd: number;
  /** For pictures: the quality and the size (`1024x1024`) it is the price of; undefined for any. */
  readonly quality?: string;
  readonly size?: string;
  /** When it was known to hold: `YYYY-MM-DD` or `YYYY-MM`. */
  readonly asOf: string;
  readonly source: string;
  readonly status: PriceStatus;
}

/** A file of prices that was read. */
export interface PriceFile {
  /** As it was named. */
  readonly shown: string;
  readonly sha256: string;
}

/** What is kept with a call of the prices that held when it was made; JSON. */
export interface PriceFacts {
  /** Micro-dollars by unit, with quality and size where a unit has several: `output_picture low 1024x1024`. */
  readonly microusd: Readonly<Record<string, number>>;
  /** The date of the oldest; null for one that the user assumed. */
  readonly asOf: string | null;
  readonly source: 'built-in' | 'file' | 'service' | 'assumed';
  /** SHA-256 of the file, where one of them comes from there. */
  readonly fileSha256?: string;
}

/** All prices that hold in a run. */
export interface PriceTable {
  readonly file: PriceFile | undefined;
  readonly rows: readonly PriceRow[];
  /**
   * The prices of a model in one unit; several where they differ by quality or size, none where unknown. A dated model
   * (`…-2026-09-08`) without a price of its own costs what the undated one does.
   */
  of(provider: string, model: string, unit: PriceUnit): readonly PriceRow[];
  /** The prices that count for a model, in all units. */
  allOf(provider: string, model: string): readonly PriceRow[];
  /** What is kept with a call; undefined where no price is known. */
  priceOf(provider: string, model: string): PriceFacts | undefined;
  /** The same with what a service told of a model that had no price here. */
  withTold(told: readonly PriceRow[]): PriceTable;
}

/** The table of `builtIn` and the rows of a file, which take the place of those with the same provider, model and unit; one
 * of a `picture` of those of the model in all units. What services told stands beside them. */
export function createPriceTable(
  builtIn: readonly PriceRow[],
  own: { readonly file: PriceFile; readonly rows: readonly PriceRow[] } | undefined = undefined,
  told: readonly PriceRow[] = [],
): PriceTable {
  const stated = own?.rows ?? [];
  const rows = [
    ...builtIn.filter((row) => !stated.some((other) => replaces(other, row))),
    ...told,
    ...stated,
  ];
  const exactly = (provider: string, model: string, unit: PriceUnit) =>
    rows.filter((row) => row.provider === provider && row.model === model && row.unit === unit);
  const allOf: PriceTable['allOf'] = (provider, model) => {
    const own = priceUnits.flatMap((unit) => exactly(provider, model, unit));
    const plain = undated(model);
    if (plain === model || own.some(({ unit }) => unit === 'picture')) return orAny(provider, own);
    const others = allOf(provider, plain).filter(({ unit }) => own.every((row) => row.unit !== unit));
    return [...own, ...others];
  };
  const orAny = (provider: string, found: readonly PriceRow[]) =>
    found.length > 0 ? found : exactly(provider, anyModel, 'picture');
  return {
    file: own?.file,
    rows,
    of: (provider, model, unit) => allOf(provider, model).filter((row) => row.unit === unit),
    allOf,
    priceOf(provider, model) {
      const used = allOf(provider, model);
      const [first] = used;
      if (first === undefined) return undefined;
      const ofFile = own !== undefined && used.some((row) => stated.includes(row));
      return {
        microusd: Object.fromEntries(used.map((row) => [nameOf(row), row.microusd])),
        asOf: oldest(used.map(({ asOf }) => asOf)) ?? first.asOf,
        source: ofFile ? 'file' : used.some((row) => told.includes(row)) ? 'service' : 'built-in',
        ...(ofFile && { fileSha256: own.file.sha256 }),
      };
    },
    withTold: (more) => createPriceTable(builtIn, own, [...told, ...more]),
  };
}

/** The model name that stands for all that have no price of their own. */
export const anyModel = '*';

// What a whole call costs goes before what its tokens would.
function replaces(own: PriceRow, other: PriceRow): boolean {
  if (own.provider !== other.provider || own.model !== other.model) return false;
  return own.unit === other.unit || own.unit === 'picture';
}

function undated(model: string): string {
  return model.replace(/-\d{4}-\d\d-\d\d$/, '');
}

function nameOf({ unit, quality, size }: PriceRow): string {
  return [unit, quality, size].filter((part) => part !== undefined).join(' ');
}

// Dates in these forms sort as text.
function oldest(dates: readonly string[]): string | undefined {
  return [...dates].sort()[0];
}
