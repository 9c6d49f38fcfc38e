/** Where a canary's message ends: taken at once, and nobody is reached. Every daemon has it; nobody configures it. */
import type { Transport } from './port.ts';

export function nowhere(): Transport {
  return {
    channel: 'canary',
    name: 'canary',
    settleMs: 0,
    send: (message, { mayStart }) =>
      Promise.resolve(mayStart() ? { kind: 'accepted', providerId: message.id } : { kind: 'late' }),
    // Nothing ever reaches anybody: it may go again while its canary is open, and is dropped afterwards.
    settle: () => Promise.resolve({ kind: 'absent' }),
    check: () => Promise.resolve(null),
    close: () => Promise.resolve(),
  };
}
