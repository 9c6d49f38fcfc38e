/**
 * The roster file, field by field: the one table from which reading, writing and the JSON Schema come. A property that
 * is added to the roster's types and missing here is an error of the compiler. Pure.
 */
import { checkWhy } from '../absences.ts';
import { MAINTENANCE_LIMITS, POLICY_LIMITS, ROTATION_LIMITS } from '../edits.ts';
import { HEARTBEAT_LIMITS } from '../heartbeats.ts';
import { checkGlob } from '../maintenance-edits.ts';
import type {
  Absence,
  Group,
  Layer,
  MaintenanceWindow,
  Override,
  Person,
  Policy,
  Roster,
  Rotation,
  Service,
} from '../types.ts';
import { autoResolve, flapping, hours, instant, shift } from './forms.ts';
import { heartbeat, type HeartbeatSaid } from './heartbeat-fields.ts';
import { checkGroupBy, GROUP_BY_MOST } from '../service-settings.ts';
import { person } from './person-fields.ts';
import { people, policy, zone } from './policy-fields.ts';
import { eventRules } from './rule-fields.ts';
import { byId, checked, list, mapped, nameOf, record, text, whole, type Shape } from './shapes.ts';

/** Keys that may be left out of the file keep what the roster has. */
export type ServiceSaid = Omit<Service, 'keyHashes'> & Partial<Pick<Service, 'keyHashes'>>;

type Bookkeeping = 'id' | 'by' | 'madeAtMs';

/** What is left out: who, when and under which id come from whoever applies it. */
export type OverrideSaid = Omit<Override, Bookkeeping | 'untilMs' | 'policy' | 'level'> &
  Partial<Pick<Override, Bookkeeping | 'policy' | 'level'>> & { untilMs?: number };
export type AbsenceSaid = Omit<Absence, Bookkeeping> & Partial<Pick<Absence, Bookkeeping>>;

export type WindowSaid = Omit<MaintenanceWindow, 'by' | 'madeAtMs'> &
  Partial<Pick<MaintenanceWindow, 'by' | 'madeAtMs'>>;

interface Said {
  services: ServiceSaid[];
  heartbeats: HeartbeatSaid[];
  overrides: OverrideSaid[];
  absences: AbsenceSaid[];
  maintenance: WindowSaid[];
}

/** Made by commands alone, since they are, or belong to, secrets: no file says them, and they stay as they are. */
export type NotInFile = 'version' | 'feeds' | 'calendarLinks';

/** What a file says; a section that is absent stays as it is. */
export type RosterParts = {
  [K in Exclude<keyof Roster, NotInFile>]?: K extends keyof Said ? Said[K] : Exclude<Roster[K], undefined>;
};

/** More of one kind would not be a small team's, nor fit what is read at every decision. */
const MOST = { people: 500, groups: 200, rotations: 200, policies: 200, services: 500, standIns: 1_000 };

const ID_SCHEMA = { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]{0,31}$' };
const words = text('text of one line', 200);
const reason = checked(words, checkWhy);

const group: Shape<Omit<Group, 'id'>> = mapped<Omit<Group, 'id'>, string[]>(people, {
  from: (members) => ({ people: members }),
  to: (value) => value.people,
});

const layer = record<Layer>('a layer', {
  members: {
    about: 'Who takes turns, in order; the first has the shift that begins at start.',
    shape: list(nameOf('person'), { max: ROTATION_LIMITS.members }),
  },
  shift: { about: 'How long a turn is: 12 hours, 1 day, 1 week, 1 month.', shape: shift },
  start: {
    about: 'The date of the first shift, in the zone of the rotation; nobody is on call before it.',
    shape: text('a date such as 2026-11-16', 10, { pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
  },
  handoff: {
    about: 'The local time at which the turn changes; with shifts of hours, of the first.',
    shape: text('a time of day such as "09:00"', 5, { pattern: '^(?:[01]\\d|2[0-3]):[0-5]\\d$' }),
  },
  during: {
    about: 'When this layer answers at all, by the clock on the wall; else always.',
    shape: list(hours, { min: 1, max: ROTATION_LIMITS.during }),
    optional: true,
  },
});

const rotation = record<Omit<Rotation, 'id'>>('a rotation', {
  zone: { about: 'The time zone of all its times.', shape: zone },
  layers: {
    about: 'Where several layers answer at one time, the last of them does.',
    shape: list(layer, { min: 1, max: ROTATION_LIMITS.layers }),
  },
});

const service = record<Omit<ServiceSaid, 'id'>>('a service', {
  policy: { about: 'The escalation policy that pages for it.', shape: nameOf('policy') },
  keyHashes: {
    key: 'keys',
    about: 'SHA-256 of each routing key; left out: they stay as they are. `relay service key` makes one.',
    // A key itself, written here by mistake, must not come to stand in a log.
    shape: list(
      text('the SHA-256 of a key: 64 characters 0-9 a-f', 64, { pattern: '^[0-9a-f]{64}$', isSecret: true }),
      { max: 2 },
    ),
    optional: true,
  },
  autoResolveMs: {
    key: 'autoResolve',
    about:
      'An acknowledged incident resolves itself when nothing more has come for so long, or never; left out: only what cron, smartd and their like tell, which never say that things are well.',
    shape: autoResolve,
    optional: true,
  },
  groupBy: {
    about:
      'Names of labels: alerts that have the same values of them are one incident, which is open as long as one of them is. host, check and source count as labels too.',
    shape: list(
      checked(text('the name of a label', 64), (name) => checkGroupBy([name])),
      {
        min: 1,
        max: GROUP_BY_MOST,
        unique: true,
      },
    ),
    optional: true,
  },
  flapping: {
    about:
      'Opened so often in such a time by its monitor, an incident is told once and held open until it is steady: 4/30m/15m, which is usual, or off.',
    shape: flapping,
    optional: true,
  },
});

/** What says who made it and when; `relay roster export` writes it, a hand leaves it out. */
const made = {
  by: { about: 'Who made it; left out: whoever applies the file.', shape: words, optional: true },
  madeAtMs: { key: 'made', about: 'When it was made; left out: now.', shape: instant, optional: true },
} as const;
const bookkeeping = {
  id: { about: 'Names it; left out, it is given one.', shape: words, optional: true },
  ...made,
} as const;

const override = record<OverrideSaid>('an override', {
  person: { about: 'Who is on call.', shape: nameOf('person') },
  policy: {
    about: 'At a level of this policy; either this or a rotation.',
    shape: nameOf('policy'),
    optional: true,
  },
  level: {
    about: 'Which level of the policy; else 1.',
    shape: whole(1, POLICY_LIMITS.levels),
    optional: true,
  },
  rotation: { about: 'In this rotation.', shape: nameOf('rotation'), optional: true },
  instead: {
    about: 'Only in place of this person: one half of a swap.',
    shape: nameOf('person'),
    optional: true,
  },
  fromMs: { key: 'from', about: 'From when.', shape: instant },
  untilMs: {
    key: 'until',
    about: 'Until when; left out: until it is unset.',
    shape: instant,
    optional: true,
  },
  why: { about: 'A word for people.', shape: reason, optional: true },
  ...bookkeeping,
});

const absence = record<AbsenceSaid>('an absence', {
  person: { about: 'Who is away: the next in the rotation takes over.', shape: nameOf('person') },
  fromMs: { key: 'from', about: 'From when.', shape: instant },
  untilMs: { key: 'until', about: 'Until when.', shape: instant },
  why: { about: 'A word for people.', shape: reason, absent: 'away' },
  feed: {
    about: 'The calendar it came from, which alone changes it.',
    shape: text('a name', 500),
    optional: true,
  },
  ...bookkeeping,
});

const globs = list(checked(text('a pattern such as web* or db1', MAINTENANCE_LIMITS.globLength), checkGlob), {
  min: 1,
  max: MAINTENANCE_LIMITS.globs,
  unique: true,
});

const window = record<Omit<WindowSaid, 'id'>>('a maintenance window', {
  services: {
    about: 'Only incidents of these; with hosts and matches too, all that are given must fit.',
    shape: list(nameOf('service'), { min: 1, max: MAINTENANCE_LIMITS.names, unique: true }),
    optional: true,
  },
  hosts: {
    about: 'Only incidents about hosts that fit one of these patterns, by short or whole name.',
    shape: globs,
    optional: true,
  },
  matches: {
    about: 'Only incidents whose whole dedup key or whole summary fits one of these patterns.',
    shape: globs,
    optional: true,
  },
  fromMs: { key: 'from', about: 'From when; left out: at once.', shape: instant, optional: true },
  untilMs: {
    key: 'until',
    about: 'Until when; one that comes again and again may be without.',
    shape: instant,
    optional: true,
  },
  during: {
    about: 'It comes again in these hours, by the clock on the wall; else it lasts all the time.',
    shape: list(hours, { min: 1, max: MAINTENANCE_LIMITS.hours }),
    optional: true,
  },
  zone: { about: 'The time zone of its hours.', shape: zone, optional: true },
  why: { about: 'A word for people.', shape: reason, absent: 'maintenance' },
  ...made,
});

const named = (max: number): { max: number; idSchema: typeof ID_SCHEMA } => ({ max, idSchema: ID_SCHEMA });

/** The whole file. */
export const rosterFile: Shape<RosterParts> = record<RosterParts>('a roster', {
  people: {
    about: 'Everybody who can be paged, by id.',
    shape: byId<Person>(person, named(MOST.people)),
    optional: true,
  },
  groups: {
    about: 'People who are told together, by the name of the group.',
    shape: byId<Group>(group, named(MOST.groups)),
    optional: true,
  },
  rotations: {
    about: 'Who takes turns, by the name of the rotation.',
    shape: byId<Rotation>(rotation, named(MOST.rotations)),
    optional: true,
  },
  policies: {
    about: 'Who is told, and who next, by the name of the policy.',
    shape: byId<Policy>(policy, named(MOST.policies)),
    optional: true,
  },
  services: {
    about: 'What alerts are about, by name.',
    shape: byId<ServiceSaid>(service, named(MOST.services)),
    optional: true,
  },
  heartbeats: {
    about: 'Jobs that report by themselves, by name.',
    shape: byId<HeartbeatSaid>(heartbeat, named(HEARTBEAT_LIMITS.most)),
    optional: true,
  },
  defaultService: {
    about: 'The service of an alert that names none which is known.',
    shape: nameOf('service'),
    optional: true,
  },
  eventRules: {
    key: 'rules',
    about:
      'What becomes of alerts, tried in this order before they are accepted; the first that matches decides.',
    shape: eventRules,
    optional: true,
  },
  overrides: {
    about: 'Somebody on call for a time in place of a level or in a rotation; the latest made wins.',
    shape: list(override, { max: MOST.standIns }),
    optional: true,
  },
  absences: {
    about: 'Who can not be paged by a rotation for a time.',
    shape: list(absence, { max: MOST.standIns }),
    optional: true,
  },
  maintenance: {
    about: 'When nobody is told of some incidents, by the name of the window.',
    shape: byId<WindowSaid>(window, named(MAINTENANCE_LIMITS.windows)),
    optional: true,
  },
});
