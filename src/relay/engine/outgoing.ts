/** What a transport is given. */
import type { Channel } from '../events/types.ts';
import type { Outgoing } from '../messaging/port.ts';
import type { MessageRow } from '../notifications/rows.ts';

/** Nobody can open a link there; the canary's message is no person's, and has none to give. */
const UNSEEN: ReadonlySet<Channel> = new Set(['voice', 'canary']);

/** A message as its transport gets it; `linkOf` gives where one can be answered by hand. */
export function outgoingOf(row: MessageRow, linkOf?: ((messageId: string) => string) | null): Outgoing {
  const first = row.purpose === 'incident' ? row.members[0] : undefined;
  const thread = first?.number;
  const link = first === undefined || UNSEEN.has(row.channel) ? undefined : linkOf?.(row.id);
  return {
    id: row.id,
    code: row.code,
    person: row.person,
    channel: row.channel,
    to: destination(row),
    body: row.body,
    ...(row.subject === undefined ? {} : { subject: row.subject }),
    ...(thread === undefined ? {} : { thread }),
    ...(first === undefined ? {} : { incident: first.number, service: first.service }),
    ...(first?.severity === undefined ? {} : { severity: first.severity }),
    ...(link === undefined ? {} : { link }),
    answerable: row.answerable,
    ...(row.purpose === 'answer' ? { automaticReply: true } : {}),
  };
}

/** Without the provider that a push address may name (notifications/providers.ts). */
const destination = ({ channel, to, provider }: MessageRow): string =>
  channel === 'push' && provider !== undefined && to.startsWith(`${provider}:`)
    ? to.slice(provider.length + 1)
    : to;
