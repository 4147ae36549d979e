// `multipart/form-data` as a Blob. Given a form, Node's fetch (undici, `extractBody`) walks through it on its own, and what
// fails there, as it does where the call is stopped meanwhile, nobody can catch: it ends the process. A Blob it only reads.
import { randomUUID } from 'node:crypto';

/** The form with files by reference; its type names the boundary. Source: RFC 7578, and the HTML standard for names. */
export function formAsBlob(form: FormData): Blob {
  // The type of a Blob is in lower case.
  const boundary = `imgsys-${randomUUID()}`;
  const parts = [...form].flatMap(([name, value]): (string | File)[] => {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"`;
    if (typeof value === 'string') return [`${head}\r\n\r\n${value}\r\n`];
    const type = value.type === '' ? 'application/octet-stream' : value.type;
    return [`${head}; filename="${quoted(value.name)}"\r\nContent-Type: ${type}\r\n\r\n`, value, '\r\n'];
  });
  return new Blob([...parts, `--${boundary}--\r\n`], { type: `multipart/form-data; boundary=${boundary}` });
}

function quoted(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}
