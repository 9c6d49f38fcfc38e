/** What a name, a phone number, an address must be, said so that the next try works. Pure. */
import { RosterError } from './book.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { Group, MaintenanceWindow, Person, Policy, Roster, Rotation, Service } from './types.ts';

/** What a roster names. */
export type Kind = 'person' | 'service' | 'policy' | 'rotation' | 'group' | 'window' | 'heartbeat';

const ID = /^[a-z0-9][a-z0-9_-]{0,31}$/;
const E164 = /^\+[1-9]\d{6,14}$/;
const MAIL =
  /^[^\s@<>(),;:"\\[\]\p{Cc}]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;

const SUBCOMMANDS = ['add', 'show', 'edit', 'remove', 'list', 'key', 'set'];
/** `relay oncall next` is a command, and `relay oncall NAME` asks about a service. */
const ONCALL_COMMANDS = ['absent', 'calendar', 'handoff', 'ics', 'next', 'set', 'swap', 'unset'];
const RESERVED: Record<Kind, string[]> = {
  // The timeline calls Relay itself by this name.
  person: [...SUBCOMMANDS, 'relay', 'quiet', 'rule'],
  // Mail to ack+TOKEN@domain is an answer, not an alert; incidents of `relay` are about Relay itself, for the catch-all.
  service: [...SUBCOMMANDS, ...ONCALL_COMMANDS, 'ack', 'relay'],
  policy: SUBCOMMANDS,
  rotation: SUBCOMMANDS,
  group: SUBCOMMANDS,
  window: [...SUBCOMMANDS, 'end'],
  heartbeat: [...SUBCOMMANDS, 'pause', 'resume'],
};

/** The id of something new; rejects with RosterError (usage). */
export function checkId(kind: Kind, id: string): void {
  if (!ID.test(id)) {
    throw new RosterError(
      'usage',
      `"${clean(id)}" can't name a ${kind}`,
      'Use 1 to 32 lower-case letters, digits, - and _, beginning with a letter or digit.',
    );
  }
  if (RESERVED[kind].includes(id)) {
    throw new RosterError(
      'usage',
      `"${id}" has a meaning of its own and can't name a ${kind}`,
      kind === 'service' && ONCALL_COMMANDS.includes(id)
        ? `Choose another name: \`relay oncall ${id}\` is a command.`
        : 'Choose another name.',
    );
  }
}

/** That nothing of this kind has the id yet; rejects with RosterError (conflict). */
export function checkFree(kind: Kind, id: string, existing: { id: string }[]): void {
  if (!existing.some((one) => one.id === id)) return;
  throw new RosterError(
    'conflict',
    `There is a ${kind} ${id} already`,
    kind === 'window'
      ? `Choose another name, or take it away: relay maintenance remove ${id}`
      : `Choose another name, or change it: relay ${kind} edit ${id}`,
  );
}

/** A phone number as E.164; spaces, dots, dashes and brackets within are forgiven. */
export function checkPhone(phone: string): string {
  const compact = phone.replace(/[\s().-]/g, '');
  if (E164.test(compact)) return compact;
  throw new RosterError(
    'usage',
    `"${clean(phone)}" is no phone number in international form`,
    'Write it with + and the country code, like +15550100.',
  );
}

/** A push address, which is the provider's own word: a topic, a room, a siren. */
export function checkTopic(topic: string): string {
  const trimmed = topic.trim();
  if (trimmed !== '' && trimmed.length <= 200 && !/[\s\p{Cc}]/u.test(trimmed)) return trimmed;
  throw new RosterError(
    'usage',
    `"${clean(topic)}" is no push address`,
    'Write it without spaces, as its provider knows it: ana-pages, or ntfy:ana-pages for the provider of that name.',
  );
}

/** A mail address that could exist; whether it does, `relay test` shows. */
export function checkAddress(address: string): string {
  const trimmed = address.trim();
  if (trimmed.length <= 254 && MAIL.test(trimmed)) return trimmed;
  throw new RosterError('usage', `"${clean(address)}" is no mail address`, 'Write it like ana@example.com.');
}

/** A name for people to read: one line, 1 to 60 characters. */
export function checkName(name: string): string {
  const trimmed = name.trim();
  if (trimmed !== '' && [...trimmed].length <= 60 && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(trimmed)) return trimmed;
  throw new RosterError(
    'usage',
    'A name is one line of 1 to 60 characters',
    'For example: --name "Ana Lopez".',
  );
}

/** Rejects with not_found, naming who is known. */
export function findPerson(roster: Roster, id: string): Person {
  const found = roster.people.find((one) => one.id === id);
  return found ?? unknown('person', id, roster.people, 'People are', 'Add one with `relay person add`.');
}

/** Rejects with not_found, naming which services there are. */
export function findService(roster: Roster, id: string): Service {
  const found = roster.services.find((one) => one.id === id);
  return (
    found ?? unknown('service', id, roster.services, 'Services are', 'Add one with `relay service add`.')
  );
}

/** Rejects with not_found, naming which policies there are. */
export function findPolicy(roster: Roster, id: string): Policy {
  const found = roster.policies.find((one) => one.id === id);
  return found ?? unknown('policy', id, roster.policies, 'Policies are', 'Add one with `relay policy add`.');
}

/** Rejects with not_found, naming which rotations there are. */
export function findRotation(roster: Roster, id: string): Rotation {
  const known = roster.rotations ?? [];
  const found = known.find((one) => one.id === id);
  return found ?? unknown('rotation', id, known, 'Rotations are', 'There is none yet: add one.');
}

/** Rejects with not_found, naming which heartbeats there are. */
export function findHeartbeat(roster: Roster, id: string): Heartbeat {
  const known = roster.heartbeats ?? [];
  const found = known.find((one) => one.id === id);
  return found ?? unknown('heartbeat', id, known, 'Heartbeats are', 'Add one with `relay heartbeat add`.');
}

/** Rejects with not_found, naming which groups there are. */
export function findGroup(roster: Roster, id: string): Group {
  const known = roster.groups ?? [];
  const found = known.find((one) => one.id === id);
  return found ?? unknown('group', id, known, 'Groups are', 'There is none yet: add one.');
}

/** Rejects with not_found, naming which maintenance windows there are. */
export function findWindow(roster: Roster, id: string): MaintenanceWindow {
  const known = roster.maintenance ?? [];
  const found = known.find((one) => one.id === id);
  return found ?? unknown('maintenance window', id, known, 'Windows are', 'There is none.');
}

/** More names than this would push the point out of sight. */
const SHOWN_NAMES = 20;

function unknown(kind: string, id: string, known: { id: string }[], are: string, none: string): never {
  const names = known.map((one) => one.id);
  const near = nearest(id, names);
  const list = names.slice(0, SHOWN_NAMES).join(', ') + (names.length > SHOWN_NAMES ? ', …' : '');
  const cure = names.length === 0 ? none : `${near === null ? '' : `Did you mean ${near}? `}${are}: ${list}.`;
  throw new RosterError('not_found', `There is no ${kind} ${clean(id)}`, cure);
}

/** The name a slip away: at most a third of its letters differ, at most two. */
export function nearest(word: string, names: readonly string[]): string | null {
  let best: string | null = null;
  let fewest = Math.min(2, Math.max(1, Math.floor(word.length / 3))) + 1;
  for (const name of names) {
    const slips = distance(word.toLowerCase().slice(0, 40), name);
    if (slips < fewest) [best, fewest] = [name, slips];
  }
  return best;
}

/** Letters to insert, drop, change, or swap with the next. */
function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, index) => index)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1];
      let slips = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped) slips = Math.min(slips, at(i - 2, j - 2) + 1);
      row.push(slips);
    }
  }
  return at(from.length, to.length);
}

/** What was typed, short and without control characters. */
export const clean = (text: string): string => text.replace(/\p{Cc}/gu, ' ').slice(0, 60);
