/** Opsgenie's users and teams. A user's name to log in is an address too. */
import type { Group } from '../types.ts';
import type { Ids } from './ids.ts';
import { fieldsOf, objectsIn, textOf, wholeOf, type Fields } from './json.ts';
import type { Notes } from './notes.ts';
import type { OpsgenieExport } from './opsgenie-documents.ts';
import { opsgenieRules } from './opsgenie-rules.ts';
import { People, type ForeignContact } from './people.ts';

export interface OpsgeniePeople {
  people: People;
  groups: Group[];
  /** By what Opsgenie calls a user in other places: the id or the name to log in. */
  person(reference: Fields | null): string | null;
  /** The people of a team, by role: `user`, `admin`; null: all of them, who are a group then. */
  team(reference: Fields, role: string | null): { group: string | null; people: string[] } | null;
}

/** Takes over users and teams. */
export function opsgeniePeople(found: OpsgenieExport, ids: Ids, notes: Notes): OpsgeniePeople {
  const people = new People(ids, notes);
  const byReference = new Map<string, string>();
  for (const user of found.users) {
    const login = textOf(user['username']);
    const key = textOf(user['id']);
    const what = `user ${login ?? key ?? '?'}`;
    const id = people.add({
      what,
      name: textOf(user['fullName']) ?? login ?? '',
      zone: textOf(user['timeZone']),
      contacts: contactsOf(user, found),
      rules: opsgenieRules(user, found, what, notes),
    });
    if (user['blocked'] === true)
      notes.approximated(what, 'they are blocked there; Relay pages them all the same');
    if (id === null) continue;
    for (const reference of [login?.toLowerCase(), key])
      if (typeof reference === 'string') byReference.set(reference, id);
  }
  const person = (reference: Fields | null): string | null => {
    const key = textOf(reference?.['id']);
    const login = textOf(reference?.['username'])?.toLowerCase();
    return byReference.get(key ?? '') ?? byReference.get(login ?? '') ?? null;
  };
  const teams = teamsOf(found, person, notes);
  const groups = groupsOf(teams, ids, notes);
  return {
    people,
    groups: [...groups.values()],
    person,
    team: (reference, role) => {
      const key = textOf(reference['id']);
      const name = textOf(reference['name']);
      const team = teams.find(
        (one) => (key !== null && one.key === key) || (name !== null && one.name === name),
      );
      if (team === undefined) return null;
      const members = team.members.filter((one) => role === null || one.role === role);
      const group = role === null ? (groups.get(team.name)?.id ?? null) : null;
      return { group, people: [...new Set(members.map((one) => one.person))] };
    },
  };
}

/** Contact methods from any place that has them, then the name to log in. */
function contactsOf(user: Fields, found: OpsgenieExport): ForeignContact[] {
  const login = textOf(user['username']);
  const key = textOf(user['id']);
  const isOurs = (of: string): boolean =>
    (key !== null && of.includes(key)) || (login !== null && of.toLowerCase().includes(login.toLowerCase()));
  const listed = [
    ...objectsIn(user['userContacts']),
    ...objectsIn(user['contacts']),
    ...found.contacts.filter(({ of }) => isOurs(of)).map(({ entry }) => entry),
  ];
  const contacts = listed
    .toSorted((a, b) => (wholeOf(a['applyOrder']) ?? 0) - (wholeOf(b['applyOrder']) ?? 0))
    .map(contactOf);
  if (login !== null) contacts.push({ channel: 'email', address: login, label: 'login', isEnabled: true });
  return contacts;
}

function contactOf(entry: Fields): ForeignContact {
  const method = textOf(entry['contactMethod']) ?? textOf(entry['method']) ?? '?';
  const channel = method === 'email' || method === 'sms' || method === 'voice' ? method : null;
  const address = textOf(entry['to']) ?? '';
  const status = fieldsOf(entry['status']);
  return {
    channel,
    // Written as country code, dash, number.
    address: channel === 'email' || address.startsWith('+') ? address : `+${address}`,
    label: method,
    isEnabled: entry['enabled'] !== false && status?.['enabled'] !== false,
  };
}

interface Team {
  key: string | null;
  name: string;
  members: { person: string; role: string }[];
}

function teamsOf(
  found: OpsgenieExport,
  person: (reference: Fields | null) => string | null,
  notes: Notes,
): Team[] {
  // The list of teams has no members, the answer for one team has: both may have been given.
  const teams = new Map<string, Team>();
  for (const entry of found.teams) {
    const name = textOf(entry['name']);
    if (name === null) continue;
    const members = objectsIn(entry['members']).flatMap((member) => {
      const user = fieldsOf(member['user']);
      const id = person(user);
      if (id === null)
        notes.left(
          `team ${name}`,
          `member ${textOf(user?.['username']) ?? textOf(user?.['id']) ?? '?'}: no such user came over`,
        );
      return id === null ? [] : [{ person: id, role: textOf(member['role']) ?? 'user' }];
    });
    const known = teams.get(name);
    if (known === undefined || members.length > 0)
      teams.set(name, { key: textOf(entry['id']), name, members });
  }
  return [...teams.values()];
}

/** By the team's name. */
function groupsOf(teams: readonly Team[], ids: Ids, notes: Notes): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const team of teams) {
    const members = [...new Set(team.members.map((one) => one.person))];
    if (members.length === 0) {
      notes.left(`team ${team.name}`, 'no members are in the export: give GET /v2/teams/ID of it too');
      continue;
    }
    const id = ids.from('group', team.name);
    notes.taken(`team ${team.name}`, `group ${id}: ${members.join(', ')}`);
    groups.set(team.name, { id, people: members });
  }
  return groups;
}
