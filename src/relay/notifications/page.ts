/** The message that tells of asks: its text, frozen with its claim (rule 7). */
import type { Severity } from '../events/types.ts';
import { degradedMark, type Draft } from './draft.ts';
import { emailText } from './mail-text.ts';
import { messageId, type MessageRow } from './rows.ts';
import { smsText, voiceText } from './text.ts';
import type { Pack, Shown, Tell, Way } from './types.ts';

/** A row not yet claimed; `code` makes its text unique (rule 5). */
export function newRow(
  d: Draft,
  contact: Pick<Way, 'channel' | 'address'> | MessageRow,
  code: number,
  answerable: boolean,
  { tells, packs }: { tells: Tell[]; packs: Pack[] },
): MessageRow {
  const to = 'address' in contact ? contact.address : contact.to;
  const id = messageId(d.state.person, code);
  const mark = markOf([...tells, ...packs].some((one) => one.repeated));
  const link = linkOf(d, contact.channel, code);
  const named = [...tells.map(({ ask }) => ask), ...packs.flatMap((pack) => pack.shown)].sort(
    mostUrgentFirst,
  );
  const bundle = bundleOf(packs);
  const { degraded } = d.context;
  const text =
    contact.channel === 'email'
      ? emailText({
          id,
          answerable,
          members: named,
          ...bundle,
          ...mark,
          degraded,
          link,
        })
      : contact.channel === 'voice'
        ? { body: voiceText({ answerable, members: named, ...bundle, ...mark, degraded }) }
        : { body: smsText({ code, answerable, members: named, ...bundle, ...mark, degraded, link }) };
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
    members: named.map(({ number, lineage, counter, service, summary, severity }) => ({
      number,
      lineage,
      counter,
      service,
      summary,
      severity,
    })),
    ...(packs.length === 0
      ? {}
      : {
          packs: packs.map(packTold),
        }),
    claimedAtMs: d.context.nowMs,
    ...degradedMark(d),
    log: [],
  };
}

/** What is seen; a link that is said, or goes nowhere, is of no use. */
const SEEN: ReadonlySet<Way['channel']> = new Set(['sms', 'email', 'push']);

/** Where the message with this code can be answered by hand; null: nowhere. */
const linkOf = (d: Draft, channel: Way['channel'], code: number): string | null =>
  SEEN.has(channel) ? (d.context.linkOf?.(messageId(d.state.person, code)) ?? null) : null;

const URGENCY: Record<Severity, number> = { critical: 0, error: 1, warning: 2, unknown: 3, info: 4 };

/** What a text has no room for is what matters least. */
const mostUrgentFirst = (a: Shown, b: Shown): number =>
  URGENCY[a.severity] - URGENCY[b.severity] || a.number - b.number;

const packTold = ({ from, to, severity, count, shown }: Pack): NonNullable<MessageRow['packs']>[number] => ({
  from,
  to,
  severity,
  count,
  named: shown.length,
});

/** How many are told of without being named, and on which services most of all are. */
function bundleOf(packs: Pack[]): { more?: number; services?: string[] } {
  if (packs.length === 0) return {};
  const counts = new Map<string, number>();
  for (const { name, count } of packs.flatMap((pack) => pack.services))
    counts.set(name, (counts.get(name) ?? 0) + count);
  const services = [...counts].sort(([, a], [, b]) => b - a).map(([name]) => name);
  return { more: packs.reduce((sum, pack) => sum + pack.count - pack.shown.length, 0), services };
}

/** Rule 8: a text sent again in doubt says so. */
export const markOf = (repeated: boolean): { mark?: 'may be a repeat' } =>
  repeated ? { mark: 'may be a repeat' } : {};
