/** Lets everything happen that waits for nothing but its turn: a MemoryStore answers on microtasks. */
export const calm = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
