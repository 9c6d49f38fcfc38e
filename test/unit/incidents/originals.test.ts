import { describe, expect, it } from 'vitest';
import type { LineageInput } from '../../../src/relay/engine/effects.ts';
import { ack, begin, event, take, type Conversation } from './conversation.ts';

/** The event of a journal row. */
const of = (talk: Conversation, row: string, action: 'trigger' | 'resolve' = 'trigger'): LineageInput => ({
  ...event(talk, action),
  row,
});

/** Each line with the rows that it stands for. */
const came = (talk: Conversation): [string, string[] | undefined][] =>
  [...talk.lines.values()].map(({ kind, came: rows }) => [kind, rows]);

describe('where the original of an event is', () => {
  it('stands with the line that the event wrote first', () => {
    const talk = begin();
    take(talk, of(talk, 'j:1'));
    take(talk, of(talk, 'j:2'));
    take(talk, of(talk, 'j:3'));
    take(talk, ack('ana'));
    take(talk, of(talk, 'j:4', 'resolve'));
    expect(came(talk)).toEqual([
      ['opened', ['j:1']],
      ['page', undefined],
      ['event', ['j:2', 'j:3']],
      ['acknowledged', undefined],
      ['resolved', ['j:4']],
    ]);
  });

  it('of very many on one line is known for the newest', () => {
    const talk = begin();
    for (let at = 0; at < 50; at += 1) take(talk, of(talk, `j:${at}`));
    expect(came(talk).at(-1)).toEqual(['event', ['j:45', 'j:46', 'j:47', 'j:48', 'j:49']]);
  });

  it('is not known of what an older version handed over', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger'));
    take(talk, event(talk, 'trigger'));
    expect(came(talk)).toEqual([
      ['opened', undefined],
      ['page', undefined],
      ['event', undefined],
    ]);
  });
});
