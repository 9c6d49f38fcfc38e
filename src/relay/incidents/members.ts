/**
 * Groups: one incident for many keys, where a service says so. Each key is a member, which opens and closes by itself;
 * the incident is open as long as one of them is. Who is a member was decided before the journal (events/groups.ts).
 */
import type { AlertEvent, Stamp } from '../events/types.ts';
import { note, type Draft } from './draft.ts';
import { later, surelyBefore } from './order.ts';
import type { Incident, LineageState, Member } from './types.ts';

/** Members known by name. Of those beyond it nobody can tell one from another: they are counted, see `unnamed`. */
export const MEMBERS_MOST = 200;
/** Of so many, the first, what they say is kept. */
const SAID_MOST = 12;
const SAID_CHARS = 120;
/** Members whose last resolve is remembered, for triggers that were accepted before it and come after it (rule 4). */
const OVER_MOST = 64;

/** Whether an event is one of a group's. What was opened by an event without a name stays as it is without one. */
export const isMember = (event: AlertEvent): boolean => event.member !== undefined;

/** Whether a trigger's own resolve came first, though it was accepted after it (rule 4). */
export function isMemberOver(state: LineageState, event: AlertEvent, stamp: Stamp): boolean {
  const over = state.over?.find((one) => one.id === idOf(event));
  return over !== undefined && surelyBefore(stamp, over.stamp);
}

/** Whether a trigger makes a group larger. */
export const isNews = ({ members = [] }: Incident, event: AlertEvent): boolean =>
  isMember(event) && !members.some((one) => one.id === idOf(event));

/** The first member of an incident that it opens. */
export const firstMember = (event: AlertEvent, stamp: Stamp): Pick<Incident, 'members'> =>
  isMember(event) ? { members: [memberOf(event, stamp, 0)] } : {};

/**
 * A member's trigger on an open incident; what its line says. An incident that was opened without a name, by an older
 * version, has somebody in it of whom nobody will hear again.
 */
export function join(d: Draft, incident: Incident, event: AlertEvent, stamp: Stamp): string {
  if (!isMember(event)) return `again: ${event.summary}`;
  if (incident.members === undefined) incident.unnamed = 1;
  const before = incident.members ?? [];
  const known = before.find((one) => one.id === idOf(event));
  if (known !== undefined) {
    const renewed = { ...known, by: later(known.by, stamp) };
    incident.members = before.map((one) => (one === known ? renewed : one));
    return `again: ${event.summary}`;
  }
  if (before.length < MEMBERS_MOST) incident.members = [...before, memberOf(event, stamp, before.length)];
  else incident.unnamed = (incident.unnamed ?? 0) + 1;
  if (event.host !== incident.host) delete incident.host;
  retitle(d, incident);
  return `also: ${event.summary} (${countWords(incident)})`;
}

/** The alert by which an incident was opened without a name turns out to be this member's. */
export function nameOpener(incident: Incident, event: AlertEvent, stamp: Stamp): void {
  if (incident.members === undefined) Object.assign(incident, firstMember(event, stamp));
}

/** A member is well again. True: it was the last one, and the incident is over. */
export function leave(d: Draft, incident: Incident | null, event: AlertEvent, stamp: Stamp): boolean {
  const id = idOf(event);
  const others = (d.state.over ?? []).filter((one) => one.id !== id);
  const before = d.state.over?.find((one) => one.id === id)?.stamp ?? null;
  d.state.over = [...others, { id, stamp: later(before, stamp) }].slice(-OVER_MOST);
  const member = incident?.members?.find((one) => one.id === id);
  if (incident === null || member === undefined) return false;
  if (surelyBefore(stamp, member.by)) {
    note(d, incident, {
      kind: 'late',
      actor: 'relay',
      text: `a resolve accepted before the latest trigger of that alert does not close it: the problem came back after (${event.summary})`,
    });
    return false;
  }
  const members = (incident.members ?? []).filter((one) => one !== member);
  incident.members = members;
  if (members.length === 0 && incident.unnamed === undefined) return true;
  retitle(d, incident);
  note(d, incident, {
    kind: 'member',
    actor: event.source,
    text: `well again: ${event.summary} (${countWords(incident)})`,
  });
  return false;
}

/** The incident is over, whoever is still open in it: their next trigger opens another. */
export function endMembers(incident: Incident): void {
  if (incident.members !== undefined) incident.members = [];
  delete incident.unnamed;
}

/** Whether a member is all that is open: what is said of it is said of the incident. */
export const isAlone = ({ members = [], unnamed = 0 }: Incident, event: AlertEvent): boolean =>
  unnamed === 0 && members.length === 1 && members[0]?.id === idOf(event);

/** `disk full on db1, and 6 more`. */
function retitle({ state }: Draft, incident: Incident): void {
  const { members = [], unnamed = 0 } = incident;
  const count = members.length + unnamed;
  const said = members.find((one) => one.said !== undefined)?.said;
  // The first ones are well: who is left is known by name only.
  if (said === undefined)
    incident.summary = `${count} ${count === 1 ? 'alert' : 'alerts'} of ${state.dedupKey}`;
  else incident.summary = count > 1 ? `${said}, and ${count - 1} more` : said;
}

function countWords({ members = [], unnamed = 0 }: Incident): string {
  const open = `${members.length + unnamed} open`;
  if (unnamed === 0) return open;
  return members.length === 0
    ? `${open}, of which nobody can tell which they are: resolve it by hand once they are well`
    : `${open}, ${unnamed} of them beyond the ${MEMBERS_MOST} that are told apart`;
}

const memberOf = (event: AlertEvent, by: Stamp, place: number): Member => ({
  id: idOf(event),
  by,
  ...(place < SAID_MOST ? { said: event.summary.slice(0, SAID_CHARS).toWellFormed() } : {}),
});

/** A key of a member is up to 255 characters long, and 200 of them are in one state: 64 bits of it tell them apart. */
function idOf({ member = '' }: AlertEvent): string {
  let [one, other] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < member.length; index += 1) {
    const unit = member.charCodeAt(index);
    one = Math.imul(one ^ unit, 2_654_435_761);
    other = Math.imul(other ^ unit, 1_597_334_677);
  }
  one = Math.imul(one ^ (one >>> 16), 2_246_822_507) ^ Math.imul(other ^ (other >>> 13), 3_266_489_909);
  other = Math.imul(other ^ (other >>> 16), 2_246_822_507) ^ Math.imul(one ^ (one >>> 13), 3_266_489_909);
  return [one, other].map((half) => (half >>> 0).toString(36)).join('.');
}
