/** Time and chance come in through these, so that the simulation can own them. */

export interface Clock {
  /** Milliseconds since the epoch; may jump. */
  wallMs(): number;
  /** Milliseconds on a clock that never jumps; only differences mean anything. */
  monoMs(): number;
  /** Runs `fn` once after `delayMs` on the monotonic clock; returns a function that cancels it. */
  after(delayMs: number, fn: () => void): () => void;
}

export interface Ids {
  /** A fresh uuid for an op. */
  op(): string;
  /** A number in [0, 1) for jitter. */
  chance(): number;
}

/** What went wrong and how it is cured, for `relay`, `relay status` and the logs. One entry per id. */
export interface Problems {
  raise(id: string, text: string, cure: string): void;
  clear(id: string): void;
}

/** Structured logging; pino satisfies it. */
export interface Log {
  info(fields: Record<string, unknown>, text: string): void;
  warn(fields: Record<string, unknown>, text: string): void;
  error(fields: Record<string, unknown>, text: string): void;
}

/** One line of `relay tail`: what was committed, never what was only tried. */
export interface Happening {
  atMs: number;
  kind: string;
  text: string;
  actor: string;
  incident?: number;
  person?: string;
  message?: {
    id: string;
    channel: string;
    status: string;
    providerId?: string;
    error?: string;
    cure?: string;
  };
}
