// The form of an edit, looked at as strictly as OpenAI does.
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { type Answer, apiError } from './errors.ts';
import { servedModels, sizeProblem, threeSizes } from './models.ts';
import type { EditRequest, UploadedFile } from './options.ts';

type Payer = Pick<EditRequest, 'key' | 'organisation'>;
/** A refusal on its way to the answer. */
class Refused extends Error {
  readonly answer: Answer;
  constructor(message: string, code: string, param: string | null = null) {
    super(message);
    this.answer = apiError(400, message, code, 'invalid_request_error', param);
  }
}

const knownFields = new Set([
  ...['model', 'prompt', 'size', 'quality', 'output_format', 'output_compression', 'background', 'n'],
  ...['moderation', 'user', 'safety_identifier', 'complexity'],
]);
const types = ['image/jpeg', 'image/png', 'image/webp'];
const maxFileBytes = 50 * 2 ** 20;

/** The edit, or the error that OpenAI answers with. */
export async function readEdit(
  body: Buffer,
  contentType: string,
  payer: Payer,
): Promise<EditRequest | Answer> {
  try {
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': contentType },
    }).formData();
    return await editOf(form, payer);
  } catch (error) {
    if (error instanceof Refused) return error.answer;
    if (error instanceof TypeError)
      return apiError(400, 'Could not parse multipart form', 'invalid_multipart');
    throw error;
  }
}

async function editOf(form: FormData, payer: Payer): Promise<EditRequest> {
  const fields = textFields(form);
  const model = servedModels.find(({ id }) => id === fields.model);
  if (model === undefined)
    throw new Refused(`The model '${fields.model}' does not exist.`, 'model_not_found');
  const prompt = fields.prompt ?? '';
  if (prompt === '')
    throw new Refused("Missing required parameter: 'prompt'.", 'missing_required_parameter', 'prompt');
  if (prompt.length > 32_000)
    throw new Refused('The prompt is too long.', 'string_above_max_length', 'prompt');
  const quality = oneOf(fields, 'quality', model.qualities);
  const outputFormat = oneOf(fields, 'output_format', ['png', 'jpeg', 'webp']) as EditRequest['outputFormat'];
  if (fields.n !== undefined && fields.n !== '1')
    throw new Refused("This service makes one ('n').", 'invalid_value');
  const files = [...form.getAll('image'), ...form.getAll('image[]')];
  const [first, ...others] = await Promise.all(files.map((file) => readFile(file, 'image')));
  if (first === undefined)
    throw new Refused("Missing required parameter: 'image'.", 'missing_required_parameter', 'image');
  const maskPart = form.get('mask');
  const mask = maskPart === null ? undefined : await readFile(maskPart, 'mask');
  await checkMask(mask, first);
  const [width, height] = sizeOf(fields.size ?? 'auto', model.anySize, first);
  return {
    ...{ ...payer, model: model.id, prompt, images: [first, ...others], mask, quality },
    ...{ width, height, outputFormat, fields },
  };
}

function textFields(form: FormData): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of form) {
    if (typeof value !== 'string') continue;
    if (!knownFields.has(name)) throw new Refused(`Unknown parameter: '${name}'.`, 'unknown_parameter', name);
    fields[name] = value;
  }
  return fields;
}

// The first value is the one that is taken where nothing is said.
function oneOf(fields: Record<string, string>, name: string, values: readonly string[]): string {
  const value = fields[name] ?? values[0] ?? '';
  if (values.includes(value)) return value;
  throw new Refused(
    `Invalid value: '${value}'. Supported values are: ${values.map((one) => `'${one}'`).join(', ')}.`,
    'invalid_value',
    name,
  );
}

async function readFile(part: File | string, param: string): Promise<UploadedFile> {
  if (typeof part === 'string') throw new Refused(`'${param}' is not a file.`, 'invalid_type', param);
  if (!types.includes(part.type)) {
    const supported = "Supported file formats are 'image/jpeg', 'image/png', and 'image/webp'.";
    const message = `Invalid file '${param}': unsupported mimetype ('${part.type}'). ${supported}`;
    throw new Refused(message, 'unsupported_file_mimetype', param);
  }
  const bytes = Buffer.from(await part.arrayBuffer());
  if (bytes.length > maxFileBytes) throw new Refused('The file is too large.', 'image_too_large', param);
  const { format, width, height } = await sharp(bytes)
    .metadata()
    .catch(() => ({ format: undefined, width: 0, height: 0 }));
  if (`image/${format}` !== part.type)
    throw new Refused(
      'Invalid image file or mode for image 1, please check your image file.',
      'invalid_image',
    );
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { bytes, sha256, name: part.name, type: part.type, width, height };
}

async function checkMask(mask: UploadedFile | undefined, image: UploadedFile): Promise<void> {
  if (mask === undefined) return;
  const { hasAlpha } = await sharp(mask.bytes).metadata();
  if (mask.type === 'image/png' && hasAlpha && mask.width === image.width && mask.height === image.height)
    return;
  throw new Refused(
    'The mask must be a PNG with an alpha channel, of the size of the image.',
    'invalid_image',
    'mask',
  );
}

function sizeOf(size: string, anySize: boolean, image: UploadedFile): [number, number] {
  if (size === 'auto') {
    const ratio = image.width / image.height;
    return ratio > 1.2 ? [1536, 1024] : ratio < 1 / 1.2 ? [1024, 1536] : [1024, 1024];
  }
  const [, width = 0, height = 0] = (/^(\d+)x(\d+)$/.exec(size) ?? []).map(Number);
  const problem = anySize
    ? sizeProblem(width, height)
    : threeSizes.includes(size)
      ? undefined
      : 'See the list.';
  if (problem === undefined) return [width, height];
  throw new Refused(`Invalid size '${size}'. ${problem}`, 'invalid_value', 'size');
}
