// Where the pool keeps what it must share with other processes of the machine; src/context.ts binds it to the ledger.

/** One slot's shared state; anything JSON can hold. The pool alone knows what is in it. */
export interface SlotBook {
  /**
   * Reads, changes and writes the state of `slot` in one transaction over all processes. `nowMs` is the machine's own
   * monotonic time, the same for all processes since the machine started; a state from before that is handed over as
   * undefined. `change` is pure and may run more than once.
   */
  update<State, Result>(
    slot: string,
    change: (state: State | undefined, nowMs: number) => { readonly state: State; readonly result: Result },
  ): Promise<Result>;
}
