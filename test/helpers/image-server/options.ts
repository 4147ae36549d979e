// What the image service can be told to do.
import type { Clock } from '../../../src/clock.ts';

/**
 * What goes wrong with a request that the limits let through. Those from `drop` to `stalled-body` are billed, the others
 * are not.
 */
export type Fault =
  /** The connection is destroyed without an answer. */
  | 'drop'
  /** Never answered. */
  | 'hang'
  /** 200 with JSON that ends early, under its right length. */
  | 'malformed'
  /** 200 with a web page. */
  | 'html'
  /** 200 with an empty list of pictures. */
  | 'empty'
  /** 200 without `usage`. */
  | 'no-usage'
  | 'truncated-base64'
  | 'garbage-base64'
  /** A picture whose header claims more pixels than fit into memory. */
  | 'bomb'
  /** A picture of one colour. */
  | 'blank'
  /** Half the sides asked for. */
  | 'wrong-size'
  /** Half the body, comes slowly, then the rest. */
  | 'slow-body'
  /** Half the body, then the connection is closed. */
  | 'short-body'
  /** Half the body, then nothing. */
  | 'stalled-body'
  /** A gateway's 502 with a web page; the picture behind it was made. */
  | 'gateway'
  | 'error500'
  | 'overloaded'
  | 'moderation'
  | 'quota'
  | 'unauthorized';

export interface FaultPlan {
  /** By the number of the request among those the limits let through, from 0. */
  readonly script?: readonly (Fault | 'none')[];
  /** Asked where the script says nothing. */
  readonly choose?: (request: EditRequest) => Fault | undefined;
  /** Shares of 1, drawn from the seed. */
  readonly share?: Readonly<Partial<Record<Fault, number>>>;
}

export interface ImageServerOptions {
  /** Organisation of each key that is accepted. */
  readonly keys: Readonly<Record<string, string>>;
  /** Limits of each organisation and model, refilled continuously. */
  readonly imagesPerMinute: number;
  readonly burst: number;
  readonly requestsPerMinute: number;
  /** The name of the bucket of images, as the service writes it: `input-images`, `images`. */
  readonly imageBucket: string;
  /** `text`: no headers, the wait stands in the text. `none`: nothing tells the wait. */
  readonly headers: 'openai' | 'text' | 'none';
  /** When a picture too many is told: with the upload read, as late as an answer, or before the upload is read. */
  readonly refuse: 'at-once' | 'after-latency' | 'during-upload';
  /** Share of a picture that a refusal takes from the limit as well. */
  readonly refusalCost: number;
  /** From, to. */
  readonly latencyMs: readonly [number, number];
  readonly slowBodyMs: number;
  /**
   * `identity`: the upload, scaled to the size asked for. `fixed`: always the same picture of that size, made once.
   * A function makes the file itself.
   */
  readonly answer: 'identity' | 'fixed' | ((request: EditRequest) => Buffer | Promise<Buffer>);
  readonly faults: FaultPlan;
  readonly seed: number;
  readonly clock: Clock;
}

export interface UploadedFile {
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly name: string;
  readonly type: string;
  readonly width: number;
  readonly height: number;
}

/** An edit as it was asked for, after its form was found right. */
export interface EditRequest {
  readonly key: string;
  readonly organisation: string;
  readonly model: string;
  readonly prompt: string;
  readonly images: readonly [UploadedFile, ...UploadedFile[]];
  readonly mask: UploadedFile | undefined;
  readonly quality: string;
  /** What will be made; `auto` is resolved. */
  readonly width: number;
  readonly height: number;
  readonly outputFormat: 'png' | 'jpeg' | 'webp';
  /** All fields but files, as sent. */
  readonly fields: Readonly<Record<string, string>>;
}
