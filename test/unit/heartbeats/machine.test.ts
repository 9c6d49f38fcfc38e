import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../../src/relay/events/types.ts';
import { JUDGE, newHeartbeat, step } from '../../../src/relay/heartbeats/machine.ts';
import { HEARTBEAT_LINE, type HeartbeatLine } from '../../../src/relay/heartbeats/rows.ts';
import type {
  HeartbeatContext,
  HeartbeatInput,
  HeartbeatState,
} from '../../../src/relay/heartbeats/types.ts';
import { showSpan } from '../../../src/relay/heartbeats/words.ts';
import type { Heartbeat } from '../../../src/relay/oncall/heartbeat.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START_MS = Date.UTC(2026, 10, 20, 2);

const BACKUP: Heartbeat = {
  id: 'backup',
  service: 'db',
  everyMs: 24 * HOUR_MS,
  graceMs: HOUR_MS,
  keyHashes: [],
};

/** One heartbeat whose clock is moved by hand. */
class Told {
  state: HeartbeatState = newHeartbeat('backup');
  nowMs = START_MS;
  definition: Heartbeat | null = BACKUP;
  timerMs: number | null = null;
  readonly events: AlertEvent[] = [];
  /** Of its history. */
  readonly lines: string[] = [];
  #seq = 0;

  ping(
    what: Extract<HeartbeatInput, { kind: 'ping' }>['what'],
    more: Partial<Extract<HeartbeatInput, { kind: 'ping' }>> = {},
  ): this {
    this.#seq += 1;
    const stamp = { host: 'h1', seq: this.#seq, atMs: this.nowMs, trusted: true };
    return this.step({ kind: 'ping', what, by: 'http', stamp, ...more });
  }

  judge(more: Partial<HeartbeatContext> = {}): this {
    this.timerMs = null;
    return this.step({ kind: 'timer', name: JUDGE }, more);
  }

  later(ms: number): this {
    this.nowMs += ms;
    return this;
  }

  step(input: HeartbeatInput, more: Partial<HeartbeatContext> = {}): this {
    const { nowMs, definition } = this;
    const { state, effects } = step(this.state, input, {
      nowMs,
      definition,
      ageMs: 0,
      gaps: [],
      waitingMs: null,
      ...more,
    });
    this.state = state;
    for (const { kind, body } of effects.rows)
      if (kind === HEARTBEAT_LINE) this.lines.push((body as HeartbeatLine).text);
    for (const { atMs } of effects.setTimers) this.timerMs = atMs;
    if (effects.cancelTimers.length > 0) this.timerMs = null;
    for (const handover of effects.handovers) if (handover.kind === 'event') this.events.push(handover.event);
    return this;
  }

  get said(): string[] {
    return this.events.map(({ action, service, summary }) => `${action} ${service}: ${summary}`);
  }
}

describe('a heartbeat', () => {
  it('expects nothing before its first report', () => {
    const told = new Told().step({ kind: 'timer', name: JUDGE });
    expect([told.state.status, told.timerMs, told.events]).toEqual(['new', null, []]);
  });

  it('is missed when its time and its grace are over, and resolved by the next report', () => {
    const told = new Told().ping('success');
    expect(told.timerMs).toBe(START_MS + 25 * HOUR_MS + 10_000);
    told.later(25 * HOUR_MS).judge();
    expect(told.events).toEqual([]);
    told.later(10_000).judge();
    expect(told.said).toEqual([
      'trigger db: backup has not reported for 25 h (every 24 h, grace 1 h; last report 2026-11-20 02:00:00 UTC)',
    ]);
    told.later(HOUR_MS).ping('success');
    expect(told.said.at(-1)).toBe('resolve db: backup has reported again');
    expect(told.state.status).toBe('up');
  });

  it('says at once that a job failed, with how it ended and its last words', () => {
    const told = new Told().ping('success').later(HOUR_MS);
    told.ping('fail', { exitCode: 2, durationMs: 12_000, output: 'dumping\nno space left on device\n' });
    expect(told.said).toEqual(['trigger db: backup failed: exit code 2 after 12 s: no space left on device']);
    expect(told.events[0]?.details).toBe('dumping\nno space left on device');
    told.ping('success');
    expect(told.said.at(-1)).toBe('resolve db: backup has reported again');
  });

  it('is missed when it said that it starts and nothing of its end', () => {
    const told = new Told()
      .ping('success')
      .later(24 * HOUR_MS)
      .ping('start');
    told.later(HOUR_MS + 10_000).judge();
    expect(told.said).toEqual(['trigger db: backup started 1 h ago and has not finished (it may take 1 h)']);
  });

  it('knows how long a job took that said when it starts', () => {
    const told = new Told().ping('start').later(90_000).ping('success');
    expect(told.state.lastDurationMs).toBe(90_000);
  });

  it('is not changed by a line of its log', () => {
    const told = new Told().ping('success').later(HOUR_MS).ping('log', { output: 'half way' });
    expect([told.state.dueMs, told.events]).toEqual([START_MS + 25 * HOUR_MS, []]);
    expect(told.lines.at(-1)).toBe('log by http, half way');
    expect(told.ping('fail', { output: 'a\nno space\n', exitCode: 2 }).lines).toContain(
      'fail by http, exit code 2, no space',
    );
  });

  it('is not changed by a report that comes after a later one', () => {
    const told = new Told().ping('success', { stamp: { host: 'h1', seq: 9, atMs: START_MS, trusted: true } });
    told.ping('fail', { stamp: { host: 'h1', seq: 8, atMs: START_MS, trusted: true } });
    // Only what a host without a quorum may have opened by it is closed.
    expect(told.said).toEqual(['resolve db: backup has reported since']);
    told.ping('start', { stamp: { host: 'h2', seq: 1, atMs: START_MS + 1_000, trusted: true } });
    expect(told.state.startedMs).toBeNull();
  });

  it('counts a report from when it was accepted, however late it is taken', () => {
    const told = new Told().later(5 * HOUR_MS).step(
      {
        kind: 'ping',
        what: 'success',
        by: 'http',
        stamp: { host: 'h1', seq: 1, atMs: START_MS, trusted: true },
      },
      { ageMs: 5 * HOUR_MS },
    );
    expect(told.state.dueMs).toBe(START_MS + 25 * HOUR_MS);
  });

  it('is not judged while an accepted report waits to be taken, unless that one is too old to count', () => {
    const told = new Told()
      .ping('success')
      .later(26 * HOUR_MS)
      .judge({ waitingMs: HOUR_MS });
    expect([told.events, told.timerMs]).toEqual([[], told.nowMs + 10_000]);
    told.judge({ waitingMs: 25 * HOUR_MS });
    expect(told.state.status).toBe('missed');
  });

  it.each([
    ['removed', null, 'the heartbeat was removed'],
    ['paused', { ...BACKUP, paused: true }, 'the heartbeat was paused'],
  ])('that was %s closes its incident and expects nothing', (_how, definition, why) => {
    const told = new Told()
      .ping('success')
      .later(26 * HOUR_MS)
      .judge();
    told.definition = definition;
    told.judge();
    expect(told.said.at(-1)).toBe(`resolve db: ${why}`);
    expect([told.state.status, told.timerMs]).toEqual(['new', null]);
    told.later(100 * HOUR_MS).judge();
    expect(told.events).toHaveLength(2);
  });

  it('moves its incident along to another service', () => {
    const told = new Told()
      .ping('success')
      .later(26 * HOUR_MS)
      .judge();
    told.definition = { ...BACKUP, service: 'web' };
    told.judge();
    expect(told.said.slice(1).map((line) => line.split(':')[0])).toEqual(['resolve db', 'trigger web']);
  });

  it('expects a report by new times only from when they are there', () => {
    const told = new Told().ping('success').later(10 * HOUR_MS);
    told.definition = { ...BACKUP, everyMs: HOUR_MS, graceMs: HOUR_MS };
    told.judge();
    expect([told.events, told.state.dueMs]).toEqual([[], told.nowMs + 2 * HOUR_MS]);
  });

  it('sets no timer anew for a report that moves it later', () => {
    const told = new Told().ping('success');
    const first = told.timerMs;
    told.later(HOUR_MS).ping('success');
    expect(told.timerMs).toBe(first);
    told.later(24 * HOUR_MS + 10_000).judge();
    expect([told.events, told.timerMs]).toEqual([[], START_MS + 26 * HOUR_MS + 10_000]);
  });

  it('says why it waits longer when relay itself was away', () => {
    const told = new Told().ping('success').later(25 * HOUR_MS + 10_000);
    const gaps = [
      { fromMs: START_MS + 24 * HOUR_MS - MINUTE_MS, untilMs: START_MS + 24 * HOUR_MS + MINUTE_MS },
    ];
    told.judge({ gaps });
    expect(told.events).toEqual([]);
    expect(told.state.putOff).toBe(
      'relay was away from 2026-11-21 01:59:00 UTC until 2026-11-21 02:01:00 UTC, when a report may have come; the next is waited for until 2026-11-22 03:00:00 UTC',
    );
    told.later(24 * HOUR_MS).judge({ gaps });
    expect(told.state.status).toBe('missed');
    expect(told.events[0]?.details).toContain('relay was away');
  });
});

describe('a span of time', () => {
  it.each([
    [25 * HOUR_MS, '25 h'],
    [90 * MINUTE_MS, '1 h 30 min'],
    [45_000, '45 s'],
    [0, '0 s'],
    [8 * 24 * HOUR_MS + HOUR_MS, '8 d 1 h'],
    [HOUR_MS + 5_000, '1 h'],
  ])('of %i ms is said as %s', (ms, words) => {
    expect(showSpan(ms)).toBe(words);
  });
});
