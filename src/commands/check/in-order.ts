/**
 * Works on the items, at most `width` at once, and yields the results in the order of the items, in constant memory.
 * Rejects with the first error in that order.
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  width: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const ahead: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const task = work(item);
      // Awaited in its turn below, which may come after it has failed.
      task.catch(() => undefined);
      ahead.push(task);
      if (ahead.length >= width) yield await (ahead.shift() as Promise<Result>);
    }
    while (ahead.length > 0) yield await (ahead.shift() as Promise<Result>);
  } finally {
    await Promise.allSettled(ahead);
  }
}
