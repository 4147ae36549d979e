import { type Streams, writeResult } from '../streams.ts';
import type { Reporter } from './events.ts';

/** JSON Lines on standard output: every event as it happens, the summary last. */
export function createJsonReporter(streams: Streams): Reporter {
  return {
    wantsTotal: false,
    event: (event) => writeResult(streams, `${JSON.stringify(event)}\n`),
    total() {},
    money() {},
    aside: (work) => work(),
    close() {},
  };
}
