// A provider as the contract suites see it: what it is, how its service answers, and what its refusals mean. A new one is
// tested by an entry of this kind in table.ts.
import type { EnhanceProvider, EnhanceRequest, FailureKind, Upload } from '../../../src/providers/enhance.ts';
import type { KeyProvider, VerdictKind } from '../../../src/providers/provider.ts';
import type { Play, Request } from '../../helpers/plays/play.ts';
import type { Reply } from '../service/server.ts';

export interface Played {
  readonly edits: EnhanceProvider;
  readonly keys: KeyProvider;
  readonly play: Play;
  /** As the service's keys look, with CANARY in each part of it. Refusals repeat it, as real ones have done. */
  readonly key: string;
  /** The headers that carry the key, and nothing else does. */
  readonly keyHeaders: Readonly<Record<string, string>>;
  /** Its main operation. */
  readonly request: EnhanceRequest;
  /** One that is made as a job, where the service has jobs. */
  readonly job?: EnhanceRequest;
  /** Answers to an order that are free, and what they mean. */
  readonly refusals: readonly (readonly [Reply, FailureKind])[];
  /** Answers that tell how long to wait, in milliseconds. */
  readonly waits: readonly (readonly [Reply, number])[];
  /** Answers to the first free question of `verify`; undefined where the service has none. */
  readonly verdicts: readonly (readonly [Reply, VerdictKind])[] | undefined;
  /** Where the service may say only where the picture lies: which request is answered so, and how. */
  readonly addressed?: {
    isIt(request: Request): boolean;
    at(address: string): Reply;
  };
  /** Starts a server that holds requests to the service's published contract. Needs the shared data. */
  readonly checker?: () => Promise<Checker>;
}

export interface Checker {
  readonly baseUrl: string;
  /** What was wrong. */
  readonly breaches: readonly string[];
  stop(): Promise<void>;
}

/** A picture to be sent: any bytes. */
export const photo: Upload = {
  ...{ bytes: Buffer.alloc(50_001, 'photo'), type: 'image/jpeg' as const, width: 1024, height: 1024 },
};
export const mask: Upload = { ...photo, bytes: Buffer.from('mask'), type: 'image/png' };
