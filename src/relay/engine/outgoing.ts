/** What a transport is given. */
import type { Outgoing } from '../messaging/port.ts';
import type { MessageRow } from '../notifications/rows.ts';

/** A message as its transport gets it. */
export function outgoingOf(row: MessageRow): Outgoing {
  const thread = row.purpose === 'incident' ? row.members[0]?.number : undefined;
  return {
    id: row.id,
    code: row.code,
    person: row.person,
    channel: row.channel,
    to: destination(row),
    body: row.body,
    ...(row.subject === undefined ? {} : { subject: row.subject }),
    ...(thread === undefined ? {} : { thread }),
    answerable: row.answerable,
    ...(row.purpose === 'answer' ? { automaticReply: true } : {}),
  };
}

/** Without the provider that a push address may name (notifications/providers.ts). */
const destination = ({ channel, to, provider }: MessageRow): string =>
  channel === 'push' && provider !== undefined && to.startsWith(`${provider}:`)
    ? to.slice(provider.length + 1)
    : to;
