/** What the list of incidents says of one that is put off. */
import { expect, it } from 'vitest';
import { entryOf } from '../../../src/relay/incidents/draft.ts';
import type { IncidentBody } from '../../../src/relay/incidents/rows.ts';
import { ack, begin, DUTY, event, order, take, wait, type Conversation } from './conversation.ts';

function listed({ state }: Conversation): Pick<IncidentBody, 'status' | 'snoozedUntil' | 'waitsUntil'> {
  if (state.incident === null) throw new Error('nothing was opened');
  const { status, snoozedUntil, waitsUntil } = entryOf(state, state.incident).body as IncidentBody;
  return {
    status,
    ...(snoozedUntil === undefined ? {} : { snoozedUntil }),
    ...(waitsUntil === undefined ? {} : { waitsUntil }),
  };
}

const HOUR_MS = 3_600_000;
const iso = (atMs: number): string => new Date(atMs).toISOString();

it('says until when it is snoozed, as long as it is', () => {
  const talk = begin();
  take(talk, event(talk, 'trigger'));
  expect(listed(talk)).toEqual({ status: 'triggered' });
  const untilMs = talk.nowMs + HOUR_MS;
  const snooze = { verb: 'snooze', untilMs, until: '18:00 CET' } as const;
  take(talk, order(talk, snooze));
  expect(listed(talk)).toEqual({ status: 'acknowledged', snoozedUntil: iso(untilMs) });
  take(talk, ack('ana'));
  expect(listed(talk)).toEqual({ status: 'acknowledged' });
  take(talk, order(talk, { ...snooze, untilMs: talk.nowMs + HOUR_MS }));
  wait(talk);
  expect(listed(talk)).toEqual({ status: 'triggered' });
});

it('says until when it waits, until somebody is told or it is over', () => {
  const untilMs = 1_000_000 + HOUR_MS;
  const talk = begin({ ...DUTY, wait: { untilMs, why: 'waits until Mon 08:00 CET' } });
  take(talk, event(talk, 'trigger', 'info'));
  expect(listed(talk)).toEqual({ status: 'triggered', waitsUntil: iso(untilMs) });
  take(talk, order(talk, { verb: 'escalate' }));
  expect(listed(talk)).toEqual({ status: 'triggered' });
  const other = begin(talk.duty);
  take(other, event(other, 'trigger', 'info'));
  take(other, event(other, 'resolve', 'info'));
  expect(listed(other)).toEqual({ status: 'resolved' });
});
