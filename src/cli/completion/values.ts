/** The values that a place on the command line can have: names that the daemon knows, and what is known without it. */
import type { NamesJson } from '../../relay/api/oncall-wire.ts';
import type { Kind } from './kinds.ts';
import type { Candidate } from './want.ts';

/** Kinds that the daemon is asked about. */
const ASKED = [
  'people',
  'services',
  'rotations',
  'policies',
  'groups',
  'windows',
  'heartbeats',
  'incidents',
  'members',
  'turns',
  'owners',
];

const DAYS = ['today', 'tomorrow', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const CHANNELS = ['sms', 'voice', 'email', 'push'];
const SEVERITIES = ['critical', 'error', 'warning', 'info', 'unknown'];

/** Whether only the daemon can tell. */
export const isAsked = (kind: Kind): boolean => ASKED.includes(kind);

/** The values of a kind; `names` null: the daemon is away, and nothing is known. */
export function valuesOf(kind: Kind, names: NamesJson | null): Candidate[] {
  if (kind.includes('|')) return plain(kind.split('|'));
  switch (kind) {
    case 'days':
      return plain(DAYS);
    case 'channels':
      return plain(CHANNELS);
    case 'severities':
      return plain(SEVERITIES);
    case 'zones':
      return plain(['UTC', ...Intl.supportedValuesOf('timeZone')]);
    default:
      return names === null ? [] : named(kind, names);
  }
}

function named(kind: Kind, names: NamesJson): Candidate[] {
  const people = names.people.map(({ id, name }) => ({ value: id, about: name }));
  const rotations = plain(names.rotations, 'rotation');
  const services = plain(names.services, 'service');
  const groups = plain(names.groups, 'group');
  switch (kind) {
    case 'people':
      return people;
    case 'services':
      return services;
    case 'rotations':
      return rotations;
    case 'policies':
      return plain(names.policies, 'policy');
    case 'groups':
      return groups;
    case 'heartbeats':
      return plain(names.heartbeats, 'heartbeat');
    case 'windows':
      return plain(names.windows, 'maintenance window');
    case 'incidents':
      return names.incidents.map(({ number, summary }) => ({ value: String(number), about: summary }));
    case 'members':
      return [
        ...people,
        ...rotations,
        ...groups,
        ...names.rotations.map((id) => ({ value: `rotation:${id}`, about: '' })),
        ...names.groups.map((id) => ({ value: `group:${id}`, about: '' })),
      ];
    case 'turns':
      return [...rotations, ...services];
    case 'owners':
      return [...people, ...rotations];
    default:
      return [];
  }
}

const plain = (values: readonly string[], about = ''): Candidate[] =>
  values.map((value) => ({ value, about }));
