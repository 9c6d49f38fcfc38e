/** Mails are read side by side and accepted in their order: within one host it decides what came first (rule 4). */
import type { Accept } from '../accept.ts';

export interface Turn {
  /** Waits until those before have been handed in, or won't be. */
  accept: Accept;
  /** Nothing more comes of this one. */
  over(): void;
}

/** Gives the turns out, one a call, in order. */
export function inTurn(accept: Accept): () => Turn {
  let before: Promise<void> = Promise.resolve();
  return () => {
    const mine = before;
    const { promise, resolve } = Promise.withResolvers<void>();
    before = promise;
    return {
      accept: async (inputs) => {
        await mine;
        const accepted = accept(inputs);
        resolve();
        return accepted;
      },
      over: () => void mine.then(resolve),
    };
  };
}
