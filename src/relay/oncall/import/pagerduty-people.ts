/** PagerDuty's users, with their contact methods, and its teams. */
import type { Group } from '../types.ts';
import type { Ids } from './ids.ts';
import { objectsIn, textOf, wholeOf, type Fields } from './json.ts';
import type { Notes } from './notes.ts';
import type { PagerdutyExport } from './pagerduty-documents.ts';
import { channelOf, pagerdutyRules } from './pagerduty-rules.ts';
import { People, type ForeignContact } from './people.ts';

export interface PagerdutyPeople {
  people: People;
  groups: Group[];
  /** By PagerDuty's id. */
  person(key: string | null): string | null;
}

/** Takes over users and teams. */
export function pagerdutyPeople(found: PagerdutyExport, ids: Ids, notes: Notes): PagerdutyPeople {
  const people = new People(ids, notes);
  const byKey = new Map<string, string>();
  const teams = new Map<string, { name: string; members: string[] }>();
  for (const team of found.teams) {
    const key = textOf(team['id']);
    if (key !== null) teams.set(key, { name: nameOf(team), members: [] });
  }
  for (const user of found.users) {
    const email = textOf(user['email']);
    const what = `user ${email ?? nameOf(user)}`;
    const id = people.add({
      what,
      name: nameOf(user),
      zone: textOf(user['time_zone']),
      contacts: contactsOf(user, what, notes),
      rules: pagerdutyRules(user, what, notes),
    });
    const key = textOf(user['id']);
    if (id === null || key === null) continue;
    byKey.set(key, id);
    for (const reference of objectsIn(user['teams'])) {
      const teamKey = textOf(reference['id']);
      if (teamKey === null) continue;
      const team = teams.get(teamKey) ?? { name: nameOf(reference), members: [] };
      teams.set(teamKey, team);
      team.members.push(id);
    }
  }
  return {
    people,
    groups: groupsOf([...teams.values()], ids, notes),
    person: (key) => (key === null ? null : (byKey.get(key) ?? null)),
  };
}

const nameOf = (entry: Fields): string =>
  textOf(entry['name']) ?? textOf(entry['summary']) ?? textOf(entry['id']) ?? '?';

/** The address to log in with is the last way, as it is in PagerDuty's own default. */
function contactsOf(user: Fields, what: string, notes: Notes): ForeignContact[] {
  const methods = objectsIn(user['contact_methods']);
  const contacts = methods.flatMap((method): ForeignContact[] => {
    const type = (textOf(method['type']) ?? '?').replace(/_reference$/, '');
    const address = textOf(method['address']);
    if (address === null) {
      notes.left(
        what,
        `${type.replaceAll('_', ' ')}: its address is not in the export; ask for users with include[]=contact_methods`,
      );
      return [];
    }
    const channel = channelOf(type);
    const country = wholeOf(method['country_code']);
    return [
      {
        channel,
        address:
          channel === 'email' || channel === null || address.startsWith('+')
            ? address
            : `+${country ?? 1}${address}`,
        label: type.replace(/_contact_method$/, '').replaceAll('_', ' '),
        isEnabled: method['blacklisted'] !== true && method['enabled'] !== false,
      },
    ];
  });
  const email = textOf(user['email']);
  if (email !== null) contacts.push({ channel: 'email', address: email, label: 'login', isEnabled: true });
  return contacts;
}

function groupsOf(teams: { name: string; members: string[] }[], ids: Ids, notes: Notes): Group[] {
  return teams.flatMap((team) => {
    const people = [...new Set(team.members)];
    if (people.length === 0) {
      notes.left(`team ${team.name}`, 'no user in the export says that they are in it');
      return [];
    }
    const id = ids.from('group', team.name);
    notes.taken(`team ${team.name}`, `group ${id}: ${people.join(', ')}`);
    return [{ id, people }];
  });
}
