/** The message that tells of asks: its text, frozen with its claim (rule 7). */
import type { Ask } from '../engine/effects.ts';
import { degradedMark, type Draft } from './draft.ts';
import { emailText } from './mail-text.ts';
import { messageId, type MessageRow } from './rows.ts';
import { smsText, voiceText } from './text.ts';
import type { Tell, Way } from './types.ts';

/** A row not yet claimed; `code` makes its text unique (rule 5). */
export function newRow(
  d: Draft,
  contact: Pick<Way, 'channel' | 'address'> | MessageRow,
  code: number,
  answerable: boolean,
  tells: Tell[],
): MessageRow {
  const to = 'address' in contact ? contact.address : contact.to;
  const id = messageId(d.state.person, code);
  const mark = markOf(tells.some((tell) => tell.repeated));
  const link = linkOf(d, contact.channel, code);
  const text =
    contact.channel === 'email'
      ? emailText({
          id,
          answerable,
          members: tells.map((tell) => ({ ...told(tell), ...mailFacts(tell) })),
          ...mark,
          degraded: d.context.degraded,
          link,
        })
      : contact.channel === 'voice'
        ? { body: voiceText({ answerable, members: tells.map(told), ...mark, degraded: d.context.degraded }) }
        : {
            body: smsText({
              code,
              answerable,
              members: tells.map(told),
              ...mark,
              degraded: d.context.degraded,
              link,
            }),
          };
  return {
    id,
    code,
    person: d.state.person,
    channel: contact.channel,
    to,
    purpose: 'incident',
    ...text,
    answerable,
    status: 'claimed',
    providerId: null,
    error: null,
    cure: null,
    members: tells.map(({ ask }) => ({
      number: ask.number,
      lineage: ask.lineage,
      counter: ask.counter,
      service: ask.service,
      summary: ask.summary,
    })),
    claimedAtMs: d.context.nowMs,
    ...degradedMark(d),
    log: [],
  };
}

/** Where the message with this code can be answered by hand; null: nowhere, or nobody can see what is said. */
export const linkOf = (d: Draft, channel: Way['channel'], code: number): string | null =>
  channel === 'voice' ? null : (d.context.linkOf?.(messageId(d.state.person, code)) ?? null);

/** What a text says of an ask. */
export const told = ({ ask }: Tell): Pick<Ask, 'number' | 'service' | 'severity' | 'summary'> => ask;

const mailFacts = ({ ask }: Tell): { openedAtMs: number; details?: string } => ({
  openedAtMs: ask.openedAtMs,
  ...(ask.details === undefined ? {} : { details: ask.details }),
});

/** Rule 8: a text sent again in doubt says so. */
export const markOf = (repeated: boolean): { mark?: 'may be a repeat' } =>
  repeated ? { mark: 'may be a repeat' } : {};
