// What a service was sent as a form: text as it is, files as their type, name and bytes.
import type { Asked } from './service/server.ts';

export async function formOf({ headers, body }: Asked): Promise<Record<string, string>> {
  const type = headers['content-type'] ?? '';
  const form = await new Response(body as Buffer<ArrayBuffer>, {
    headers: { 'content-type': type },
  }).formData();
  const fields: Record<string, string> = {};
  for (const [name, value] of form) {
    if (fields[name] !== undefined) throw new Error(`${name} was sent twice`);
    fields[name] = typeof value === 'string' ? value : await inShort(value);
  }
  return fields;
}

async function inShort(file: File): Promise<string> {
  return `${file.type} ${file.name} ${Buffer.from(await file.arrayBuffer()).toString()}`;
}
