/** What a provider may be given, as its configuration says. */
import { describe, expect, it } from 'vitest';
import { ProviderLimits } from '../../../src/relay/engine/provider-limits.ts';
import type { Channel } from '../../../src/relay/events/types.ts';
import { nowhere } from '../../../src/relay/messaging/nowhere.ts';
import type { Transport } from '../../../src/relay/messaging/port.ts';

const named = (name: string, limit?: Transport['limit']): Transport => ({
  ...nowhere(),
  channel: 'sms',
  name,
  ...(limit === undefined ? {} : { limit }),
});
const TWO_A_MINUTE = { messages: 2, everyMs: 60_000 };
const PACE = { atOnce: 4, everyMs: 60_000 };

function limited(...transports: Transport[]): { limits: ProviderLimits; later(ms: number): void } {
  let monoMs = 1_000;
  const byChannel = new Map<Channel, Transport[]>([['sms', transports]]);
  const limits = new ProviderLimits({ clock: { monoMs: () => monoMs }, transports: byChannel, pace: PACE });
  return { limits, later: (ms) => void (monoMs += ms) };
}

describe('a provider with a limit', () => {
  it('is given so many messages at once, and the next when their time has come', () => {
    const slow = named('slow', TWO_A_MINUTE);
    const { limits, later } = limited(slow);
    limits.counts(slow);
    expect(limits.waitMs(slow)).toBe(0);
    limits.counts(slow);
    expect(limits.waitMs(slow)).toBe(60_000);
    expect(limits.pace(5_000)).toEqual({ ...PACE, fullUntilMs: { sms: 65_000 } });
    later(60_000);
    expect(limits.waitMs(slow)).toBe(0);
    expect(limits.pace(65_000)).toEqual(PACE);
  });

  it('leaves its channel open while another provider has room', () => {
    const slow = named('slow', TWO_A_MINUTE);
    const other = named('other');
    const { limits } = limited(slow, other);
    for (let count = 0; count < 5; count += 1) limits.counts(slow);
    expect(limits.pace(0)).toEqual(PACE);
    expect(limits.waitMs(other)).toBe(0);
  });

  it('never gives more in a window than it may, however the messages come', () => {
    const slow = named('slow', { messages: 5, everyMs: 10_000 });
    const { limits, later } = limited(slow);
    const sentAtMs: number[] = [];
    for (let atMs = 0; atMs < 60_000; atMs += 100) {
      if (limits.waitMs(slow) === 0 && atMs % 700 !== 0) {
        limits.counts(slow);
        sentAtMs.push(atMs);
      }
      later(100);
    }
    for (const fromMs of sentAtMs) {
      const within = sentAtMs.filter((one) => one >= fromMs && one < fromMs + 10_000);
      expect(within.length).toBeLessThanOrEqual(5);
    }
    expect(sentAtMs.length).toBe(6 * 5);
  });
});
