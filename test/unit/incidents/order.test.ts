import { describe, expect, it } from 'vitest';
import type { Stamp } from '../../../src/relay/events/types.ts';
import { later, surelyBefore } from '../../../src/relay/incidents/order.ts';

const stamp = (host: string, seq: number, atMs: number, trusted = true): Stamp => ({
  host,
  seq,
  atMs,
  trusted,
});

describe('which of two was accepted first', () => {
  it('is told by the order within one host, whatever its clock did', () => {
    expect(surelyBefore(stamp('a1', 1, 9_000), stamp('a1', 2, 0))).toBe(true);
    expect(later(stamp('a1', 1, 9_000), stamp('a1', 2, 0)).seq).toBe(2);
  });

  it('is sure between hosts over two seconds, when both clocks are trusted', () => {
    expect(surelyBefore(stamp('a1', 1, 0), stamp('b1', 1, 2_000))).toBe(false);
    expect(surelyBefore(stamp('a1', 1, 0), stamp('b1', 1, 2_001))).toBe(true);
    expect(surelyBefore(stamp('a1', 1, 0, false), stamp('b1', 1, 9_000))).toBe(false);
    expect(surelyBefore(stamp('a1', 1, 0), stamp('b1', 1, 9_000, false))).toBe(false);
  });
});

describe('the later of two', () => {
  it('is the one with the later time', () => {
    expect(later(null, stamp('a1', 1, 5)).host).toBe('a1');
    expect(later(stamp('a1', 1, 5), stamp('b1', 1, 4)).host).toBe('a1');
    expect(later(stamp('a1', 1, 5), stamp('b1', 1, 6)).host).toBe('b1');
  });

  it('is never one of a clock that is not trusted, when there is another', () => {
    const ahead = stamp('b1', 1, 3_600_000, false);
    expect(later(ahead, stamp('a1', 1, 5)).host).toBe('a1');
    expect(later(stamp('a1', 1, 5), ahead).host).toBe('a1');
  });
});
