import { describe, expect, test } from 'vitest';
import { TestWatch } from '../../../src/cli/test-watch.ts';
import type { HappeningJson } from '../../../src/relay/api/wire.ts';

const watching = () =>
  new TestWatch({
    journal: 'j:1',
    expect: [
      { channel: 'sms', to: '+15550100' },
      { channel: 'email', to: 'ana@example.com' },
    ],
    skipped: [],
  });
const line = (id: string, status: string, fields: Partial<HappeningJson> = {}): HappeningJson => ({
  at: '2026-11-21T02:14:00.000Z',
  kind: 'message',
  text: status,
  actor: 'relay',
  person: 'ana',
  message: { id, channel: 'sms', status },
  ...fields,
});

describe('watching a test', () => {
  test('it is settled when every channel has taken or refused its message', () => {
    const watch = watching();
    watch.take(line('ana.1', 'claimed'));
    watch.take(line('ana.1', 'accepted'));
    expect([watch.settled, watch.accepted, watch.missing]).toEqual([false, true, 1]);
    watch.take(line('ana.2', 'claimed'));
    watch.take(line('ana.2', 'unknown'));
    expect(watch.settled).toBe(false);
    watch.take(line('ana.2', 'failed'));
    expect([watch.settled, watch.accepted, watch.answered]).toEqual([true, true, false]);
  });

  test('a page for an incident to the same person is not taken for it', () => {
    const watch = watching();
    expect(watch.take(line('ana.1', 'accepted', { incident: 7 }))).toBe(false);
    expect(watch.accepted).toBe(false);
  });

  test('an answer to one of its messages counts, and what is sent back is no part of it', () => {
    const watch = watching();
    watch.take(line('ana.1', 'accepted'));
    watch.take(line('ana.2', 'failed'));
    expect(watch.take(line('ana.3', 'accepted'))).toBe(false);
    expect(watch.take(line('ana.1', 'accepted', { kind: 'answered' }))).toBe(true);
    expect(watch.answered).toBe(true);
    expect(watch.messages).toHaveLength(2);
  });

  test('nothing accepted is told as such', () => {
    const watch = watching();
    watch.take(line('ana.1', 'failed'));
    watch.take(line('ana.2', 'failed'));
    expect([watch.settled, watch.accepted]).toEqual([true, false]);
  });
});
