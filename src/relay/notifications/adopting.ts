/**
 * Messages that a host sent this person on its own, without a quorum (rule 13): from here on they are rows like any
 * others, so that an answer to one is understood and the incident shows it. Nothing is sent.
 */
import { writeRow, type Draft } from './draft.ts';
import type { MessageRow } from './rows.ts';

/** One message may have told of a whole storm; an answer to it counts for so many. */
const MEMBERS_KEPT = 500;

/** Taking them again changes nothing. */
export function onAdopt(d: Draft, messages: readonly MessageRow[]): void {
  for (const message of messages) {
    // Codes given out alone are never under way here; one that is stays as its claim froze it (rule 7).
    if (d.state.messages.some((one) => one.row.code === message.code)) continue;
    const known = d.context.coded.get(message.code) ?? null;
    const row = known === null ? message : joined(known, message);
    if (row === known) continue;
    writeRow(d, row);
    d.reasons.push(`${row.id} was sent without a quorum`);
  }
}

/** The same message comes once for each incident that it told of: its members come together. */
function joined(known: MessageRow, message: MessageRow): MessageRow {
  if (known.claimedAtMs !== message.claimedAtMs || known.to !== message.to) {
    // Another one with a code that began again: the newer is what a person would answer now.
    return message.claimedAtMs > known.claimedAtMs ? message : known;
  }
  const missing = message.members.filter(
    (member) => !known.members.some((one) => one.number === member.number && one.lineage === member.lineage),
  );
  const room = MEMBERS_KEPT - known.members.length;
  return missing.length === 0 || room <= 0
    ? known
    : { ...known, members: [...known.members, ...missing.slice(0, room)] };
}
