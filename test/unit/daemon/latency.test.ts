import { expect, it } from 'vitest';
import { StageLatency } from '../../../src/relay/daemon/latency.ts';
import type { JournalRow } from '../../../src/relay/store/port.ts';
import { TIMELINE, timelineKey } from '../../../src/relay/incidents/rows.ts';
import { MESSAGE, messageKey } from '../../../src/relay/notifications/rows.ts';
import { noMetrics } from '../../../src/relay/observe/metrics.ts';

const T0 = 1_800_000_000_000;
const stamp = { host: 'a1', seq: 7, atMs: T0, trusted: true };
const alert: Pick<JournalRow, 'input' | 'stamp'> = { input: { kind: 'alert', events: [] }, stamp };

function watched() {
  const seen: string[] = [];
  const latency = new StageLatency({
    ...noMetrics,
    durableToOpened: (durationMs) => void seen.push(`opened ${durationMs}`),
    openedToClaim: (durationMs) => void seen.push(`claimed ${durationMs}`),
    acceptToFirstCall: (durationMs) => void seen.push(`called ${durationMs}`),
    claimToAnswer: (channel, durationMs) => void seen.push(`${channel} answered ${durationMs}`),
  });
  const opened = {
    incidents: [
      {
        number: 12,
        body: { status: 'triggered', events: 1, openedAt: new Date(T0).toISOString() },
      },
    ],
    rows: [{ kind: TIMELINE, key: timelineKey(12, 1), body: { kind: 'opened', stamp } }],
  } as unknown as Parameters<StageLatency['committed']>[0];
  const claimed = {
    incidents: [],
    rows: [
      {
        kind: MESSAGE,
        key: messageKey(3),
        body: { id: 'ana.3', channel: 'sms', status: 'claimed', members: [{ number: 12 }] },
      },
    ],
  } as unknown as Parameters<StageLatency['committed']>[0];
  return { latency, seen, opened, claimed };
}

it('each stage of an alert is timed from the one before', () => {
  const { latency, seen, opened, claimed } = watched();
  latency.accepted([alert], T0 + 4);
  latency.committed(opened, T0 + 10);
  latency.committed(claimed, T0 + 25);
  latency.called({ thread: 12 }, T0 + 27);
  latency.answered({ id: 'ana.3', channel: 'sms' }, T0 + 325);
  expect(seen).toEqual(['opened 6', 'claimed 15', 'called 27', 'sms answered 300']);
});

it('only the first page about an incident counts, and no answer twice', () => {
  const { latency, seen, opened, claimed } = watched();
  latency.accepted([alert], T0);
  latency.committed(opened, T0);
  for (const atMs of [T0 + 1, T0 + 60_000]) {
    latency.committed(claimed, atMs);
    latency.called({ thread: 12 }, atMs);
  }
  latency.answered({ id: 'ana.3', channel: 'sms' }, T0 + 60_001);
  latency.answered({ id: 'ana.3', channel: 'sms' }, T0 + 60_002);
  expect(seen).toEqual(['opened 0', 'claimed 1', 'called 1', 'sms answered 1']);
});

it('what another host accepted or claimed is not timed here', () => {
  const { latency, seen, opened } = watched();
  latency.committed(opened, T0 + 10);
  latency.answered({ id: 'ana.4', channel: 'email' }, T0 + 20);
  expect(seen).toEqual([]);
});
