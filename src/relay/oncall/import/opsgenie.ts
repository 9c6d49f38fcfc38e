/** From Opsgenie: what its REST API (version 2) answered becomes parts of a roster, with a report. Pure. */
import type { Service } from '../types.ts';
import { Ids } from './ids.ts';
import { fieldsOf, objectsIn, textOf, type Fields } from './json.ts';
import { Notes } from './notes.ts';
import { opsgenieExport, type OpsgenieExport } from './opsgenie-documents.ts';
import { opsgenieEscalations, type OpsgeniePolicies } from './opsgenie-escalations.ts';
import { opsgeniePeople } from './opsgenie-people.ts';
import { opsgenieSchedules } from './opsgenie-schedules.ts';
import type { ImportDocument, Imported, ImportOptions } from './types.ts';

/** Reads one export or many files of it. What Relay can't say the same way stands in the notes, by name. */
export function importOpsgenie(documents: readonly ImportDocument[], options: ImportOptions): Imported {
  const notes = new Notes();
  const ids = new Ids();
  const found = opsgenieExport(documents);
  const people = opsgeniePeople(found, ids, notes);
  const schedules = opsgenieSchedules(found, people, { ids, notes, options });
  const policies = opsgenieEscalations(found, people, schedules, { ids, notes });
  const services = servicesOf(found, policies, ids, notes);
  for (const [name, count] of found.unknown)
    notes.left(
      name,
      `${count} ${count === 1 ? 'entry' : 'entries'} in it: nothing that Relay takes over from Opsgenie`,
    );
  return {
    parts: {
      people: people.people.all,
      groups: people.groups,
      rotations: schedules.rotations,
      policies: policies.policies,
      services,
      overrides: schedules.overrides,
      absences: [],
    },
    notes: notes.all,
  };
}

/** A service there belongs to a team, whose routing rules say which escalation is used. */
function servicesOf(found: OpsgenieExport, policies: OpsgeniePolicies, ids: Ids, notes: Notes): Service[] {
  const services: Service[] = [];
  for (const entry of found.services) {
    const name = textOf(entry['name']);
    const what = `service ${name ?? '?'}`;
    const team = textOf(entry['teamId']);
    const policy = team === null ? null : policyOfTeam(found, team, policies);
    if (name === null || policy === null) {
      notes.left(
        what,
        'which escalation its team uses is not clear: add it with relay service add NAME --policy POLICY',
      );
      continue;
    }
    const id = ids.from('service', name);
    services.push({ id, policy, keyHashes: [] });
    notes.taken(what, `service ${id} with policy ${policy}; make its key with relay service key ${id}`);
  }
  const special = found.routingRules.filter(({ entry }) => entry['isDefault'] !== true).length;
  if (special > 0)
    notes.left(
      'routing rules of teams',
      `${special} that are not the default: Relay goes by the service alone`,
    );
  return services;
}

function policyOfTeam(found: OpsgenieExport, team: string, policies: OpsgeniePolicies): string | null {
  const described = found.teams.find((one) => textOf(one['id']) === team);
  const nested = objectsIn(described?.['routingRules']);
  const rules: Fields[] = [
    ...nested,
    ...found.routingRules.filter(({ of }) => of.includes(team)).map(({ entry }) => entry),
  ];
  const usual = rules.find((one) => one['isDefault'] === true);
  const named = policies.ofEscalation(fieldsOf(usual?.['notify']));
  return named ?? policies.ofTeam(team);
}
