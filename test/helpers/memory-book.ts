import type { Clock } from '../../src/clock.ts';
import type { SlotBook } from '../../src/pool/book.ts';

/** A SlotBook of this process alone. It keeps JSON, as the real one does, so nothing can be shared by reference. */
export function memoryBook(clock: Clock): SlotBook {
  const states = new Map<string, string>();
  return {
    async update<State, Result>(
      slot: string,
      change: (state: State | undefined, nowMs: number) => { readonly state: State; readonly result: Result },
    ): Promise<Result> {
      const text = states.get(slot);
      const { state, result } = change(
        text === undefined ? undefined : (JSON.parse(text) as State),
        clock.monotonicMs(),
      );
      states.set(slot, JSON.stringify(state));
      return result;
    },
  };
}
