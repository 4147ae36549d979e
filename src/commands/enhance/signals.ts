import type { Stops } from '../../batch/stops.ts';
import type { Context } from '../../context.ts';
import { say } from '../../streams.ts';

/** The first signal drains, where `canDrain` says so; the next stops at once, one more is the system's own. */
export function heedSignals(stops: Stops, context: Context, canDrain = () => true): () => void {
  let signals = 0;
  const unheed = context.onStopSignal((signal) => {
    signals += 1;
    stops.stop(signal === 'SIGINT' ? 'interrupt' : 'terminate');
    if (signals === 1 && canDrain()) {
      say(context.streams, 'stopping: finishing the pictures in work (press again to stop now)');
      return;
    }
    stops.kill();
    context.killWorkers();
    // Not at once: the spinner's own listener, called next, ends the process where it finds itself alone.
    if (signals > 1) setImmediate(unheed);
  });
  return unheed;
}
