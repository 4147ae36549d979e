/**
 * The items until `drain` is aborted, also while the source is silent (a list that nobody writes to any more, a network
 * drive that hangs): then it is left where it stands, not waited for.
 */
export async function* untilStopped<Item>(
  items: AsyncIterable<Item>,
  drain: AbortSignal,
): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  let stopWaiting: (() => void) | undefined;
  const stop = () => stopWaiting?.();
  drain.addEventListener('abort', stop);
  try {
    while (!drain.aborted) {
      // Not Promise.race with one promise for all items: it would remember every one of them.
      const next = await new Promise<IteratorResult<Item> | undefined>((resolve, reject) => {
        stopWaiting = () => resolve(undefined);
        iterator.next().then(resolve, reject);
      });
      if (next === undefined || next.done) return;
      yield next.value;
    }
  } catch (error) {
    if (!drain.aborted || error !== drain.reason) throw error;
  } finally {
    drain.removeEventListener('abort', stop);
    // Closes folders that are open; what it answers or throws now concerns nobody.
    iterator.return?.()?.then(undefined, () => undefined);
  }
}
