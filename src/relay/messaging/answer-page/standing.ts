/** Whether a link still counts. Pure. */
import type { MessageRow } from '../../notifications/rows.ts';
import type { Person } from '../../oncall/types.ts';

/** `gone`: its person, or the contact it was sent to, is no longer there or is switched off. */
export type Standing = 'open' | 'expired' | 'revoked' | 'gone';

/** By the person as the roster has them now; `keptMs`: how long links count from the claim of their message. */
export function standingOf(
  message: Pick<MessageRow, 'channel' | 'to' | 'claimedAtMs'>,
  person: Person | undefined,
  nowMs: number,
  keptMs: number,
): Standing {
  const contact = person?.contacts.find(
    (one) => one.channel === message.channel && one.address === message.to,
  );
  if (person === undefined || contact === undefined || contact.disabled !== undefined) return 'gone';
  if (person.linksRevokedAtMs !== undefined && message.claimedAtMs <= person.linksRevokedAtMs)
    return 'revoked';
  return nowMs < message.claimedAtMs + keptMs ? 'open' : 'expired';
}
