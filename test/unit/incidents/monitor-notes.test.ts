/** What somebody writes at the monitor about an alert stands in the timeline of its incident, and changes nothing. */
import { expect, test } from 'vitest';
import type { AlertEvent } from '../../../src/relay/events/types.ts';
import type { LineageInput } from '../../../src/relay/engine/effects.ts';
import { targetsOf } from '../../../src/relay/engine/targets.ts';
import { shardOfInput } from '../../../src/relay/events/shard.ts';
import { shardOf } from '../../../src/relay/store/places.ts';
import { begin, event, said, take, type Conversation } from './conversation.ts';

function noted(talk: Conversation, action: AlertEvent['action'], note: string): LineageInput {
  const input = event(talk, action);
  if (input.kind !== 'event') throw new Error('an event was expected');
  return { ...input, event: { ...input.event, source: 'opsgenie', note } };
}

test('a note on an open incident is a line, and tells nobody', () => {
  const talk = begin();
  take(talk, event(talk, 'trigger'));
  expect(take(talk, noted(talk, 'none', 'ana@example.com: still filling'))).toEqual(['triggered']);
  expect(said(talk)[0]).toBe('ana@example.com: still filling');
});

test('with an acknowledgement or a resolve it follows what that did', () => {
  const talk = begin();
  take(talk, event(talk, 'trigger'));
  take(talk, noted(talk, 'acknowledge', 'looking'));
  take(talk, noted(talk, 'resolve', 'free again'));
  const [acked, looking, closed, free] = said(talk).slice(0, 4).toReversed();
  expect([acked, looking, closed, free]).toEqual([
    expect.stringMatching(/^acknowledged at the monitor by opsgenie/),
    'looking',
    expect.stringMatching(/^resolved by opsgenie/),
    'free again',
  ]);
});

test('on what is over it still stands; where there never was anything it is kept in the journal alone', () => {
  const talk = begin();
  expect(take(talk, noted(talk, 'none', 'early'))).toEqual(['nothing']);
  take(talk, event(talk, 'trigger'));
  take(talk, event(talk, 'resolve'));
  expect(take(talk, noted(talk, 'none', 'it was the fan'))).toEqual(['resolved']);
  expect(said(talk)[0]).toBe('it was the fan');
});

test('an event that says nothing goes nowhere; one with a note goes to its lineage, in its shard', () => {
  const none: AlertEvent = {
    action: 'none',
    service: 'db',
    dedupKey: 'disk',
    severity: 'unknown',
    summary: 'x',
    source: 'opsgenie',
  };
  const row = (events: AlertEvent[]): Parameters<typeof targetsOf>[0] => ({
    id: 'j:1',
    shard: 0,
    stamp: { host: 'one', seq: 1, atMs: 0, trusted: true },
    input: { kind: 'alert', events },
    raw: null,
  });
  expect(targetsOf(row([none]))).toEqual([]);
  const input = row([none, { ...none, note: 'still filling' }]);
  expect(targetsOf(input)).toMatchObject([{ aggregate: 'i:db/disk', id: 'j:1/1' }]);
  expect(shardOfInput(input.input)).toBe(shardOf('i:db/disk'));
});
