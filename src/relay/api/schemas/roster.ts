/** The answers about people, services, policies, rotations and groups, described. */
import type { ContactMethod, NotificationStep, PolicyLevel } from '../../oncall/types.ts';
import { CHANNELS, SEVERITIES, type Channel } from '../../events/types.ts';
import type {
  GroupJson,
  LayerJson,
  NotificationRuleJson,
  NotifiedJson,
  NotifiedOf,
  PersonDetailJson,
  PersonJson,
  PersonNotified,
  PolicyDetailJson,
  PolicyJson,
  PolicyRuleJson,
  PolicyTold,
  RotationJson,
  ShiftJson,
  ToldJson,
  ToldOf,
} from '../oncall-wire.ts';
import type { Testing } from '../routes/people.ts';
import type { DutyChangeJson } from '../roster-wire.ts';
import {
  about,
  boolean,
  choice,
  instant,
  integer,
  listOf,
  maybe,
  nullable,
  object,
  shape,
  string,
  yes,
  type FieldsOf,
} from '../table/schema.ts';
import type { Edited } from '../wire.ts';

export const SEVERITY = choice(SEVERITIES);
/** `canary` is Relay's own test alert, which reaches nobody. */
export const CHANNEL = choice<Channel>([...CHANNELS, 'canary']);

export const DUTY_CHANGE = object<DutyChangeJson>('DutyChange', {
  of: choice(['service', 'rotation']),
  id: string,
  level: about(nullable(integer), 'From 1; null for a rotation, and where `waits` says what is different.'),
  severities: maybe(about(listOf(SEVERITY), 'Only for incidents of these; absent: for all.')),
  waits: maybe(
    about(
      choice(['before', 'after']),
      'By a rule nobody is told in this time, before or after the change; both lists are empty then.',
    ),
  ),
  from: instant,
  until: instant,
  before: about(listOf(string), 'Who would have been told; empty: nobody.'),
  after: listOf(string),
});

export const NOT_YET_ON = about(
  listOf(string),
  "Hosts that live and don't have the change yet; they follow within seconds.",
);

/** Which people were told of an edit. */
export const TOLD_OF: FieldsOf<ToldOf> = {
  told: maybe(about(listOf(string), 'Who was told of it; absent: nobody was to be.')),
  untold: maybe(about(listOf(string), 'Who could not be told of it.')),
};

/** What every edit that is told answers. */
export const TOLD_FIELDS: FieldsOf<ToldJson> = {
  text: about(string, 'What was understood.'),
  rosterVersion: integer,
  oncall: about(listOf(DUTY_CHANGE), 'Who is on call differently in the next four weeks.'),
  more: about(integer, 'Differences beyond those in `oncall`.'),
  said: about(listOf(string), 'The same for people, in the zone that was asked for.'),
  notYetOn: NOT_YET_ON,
  ...TOLD_OF,
};
export const TOLD = object<ToldJson>('Told', TOLD_FIELDS);

const policyLevel = object<PolicyLevel>('PolicyLevel', {
  people: listOf(string),
  rotations: maybe(listOf(string)),
  groups: maybe(listOf(string)),
  severities: maybe(about(listOf(SEVERITY), 'Others pass over this level at once; absent: for all.')),
  afterMs: about(integer, 'How long this level has before the next is told.'),
});

const hours = listOf(string);

const policyRule = object<PolicyRuleJson>('PolicyRule', {
  severities: maybe(listOf(SEVERITY)),
  during: maybe(about(hours, 'Within some of these hours, such as `mon-fri 09:00-17:00`.')),
  outside: maybe(about(hours, 'Outside all of these hours.')),
  wait: maybe(about(yes, 'Nobody is told until no rule says so any more.')),
  policy: maybe(about(string, 'Goes by this policy instead, whose own rules do not count.')),
});

const POLICY_FIELDS: FieldsOf<PolicyJson> = {
  id: string,
  levels: listOf(policyLevel),
  repeat: about(integer, 'How often the levels are gone through again before the catch-all.'),
  zone: maybe(string),
  rules: maybe(about(listOf(policyRule), 'The first that applies decides.')),
  ackTimeoutMs: maybe(integer),
  handover: maybe(boolean),
};
export const POLICY = object<PolicyJson>('Policy', POLICY_FIELDS);
export const POLICY_TOLD = object<PolicyTold>('PolicyTold', { ...POLICY_FIELDS, ...TOLD_FIELDS });
export const POLICY_DETAIL = object<PolicyDetailJson>('PolicyDetail', {
  ...POLICY_FIELDS,
  namedBy: about(listOf(string), 'Services, and rules of other policies.'),
  now: shape<PolicyDetailJson['now']>({
    at: instant,
    levels: about(listOf(listOf(string)), 'Who is told at each level now.'),
    rules: about(listOf(string), 'What its rules say now, in words; empty: nothing.'),
    unverified: maybe(
      about(
        listOf(shape<{ person: string; channels: Channel[] }>({ person: string, channels: listOf(CHANNEL) })),
        'Those of them with channels from which no answer has come yet; absent: none.',
      ),
    ),
  }),
});

const contactMethod = object<ContactMethod>('ContactMethod', {
  channel: CHANNEL,
  address: string,
  disabled: maybe(about(string, 'Why nothing is sent to it.')),
  verifiedAtMs: maybe(
    about(
      integer,
      'When a valid code first came back from it; absent: it is unverified, and paged all the same.',
    ),
  ),
});

const notificationRule = object<NotificationRuleJson>('NotificationRule', {
  severities: maybe(about(listOf(SEVERITY), 'Absent: for all.')),
  during: maybe(about(hours, 'Within some of these hours, such as `mon-fri 09:00-17:00`.')),
  outside: maybe(about(hours, 'Outside all of these hours.')),
  steps: about(
    listOf(
      shape<NotificationStep>({
        afterMs: about(integer, 'After they began to be told; 0: at once.'),
        channels: listOf(CHANNEL),
      }),
    ),
    'What is used at once, and what later. A contact that stands in none of them is not used.',
  ),
});

export const PERSON_FIELDS: FieldsOf<PersonJson> = {
  id: string,
  name: string,
  zone: maybe(about(string, 'Of their rules and quiet hours; absent: that of the host.')),
  contacts: listOf(contactMethod),
  rules: maybe(
    about(
      listOf(notificationRule),
      'How they are told: the first that applies decides. Absent: by every contact at once.',
    ),
  ),
  quiet: maybe(
    about(
      shape<NonNullable<PersonJson['quiet']>>({
        during: hours,
        except: maybe(about(listOf(SEVERITY), 'These break through; absent: critical.')),
      }),
      'When only what is urgent may wake them.',
    ),
  ),
  linksRevokedAtMs: maybe(about(integer, 'Links in messages claimed up to then lead nowhere.')),
};
export const PERSON = object<PersonJson>('Person', PERSON_FIELDS);
export const PERSON_EDITED = object<Edited<PersonJson>>('PersonEdited', {
  ...PERSON_FIELDS,
  notYetOn: NOT_YET_ON,
});

export const PERSON_NOTIFIED = object<PersonNotified>('PersonNotified', {
  ...PERSON_FIELDS,
  text: about(string, 'How they are told from now on.'),
  rosterVersion: integer,
  warnings: about(listOf(string), 'What is probably not meant.'),
  notYetOn: NOT_YET_ON,
});

export const SHIFT = object<ShiftJson>('Shift', {
  from: instant,
  until: instant,
  where: about(string, 'The rotation, or the policy and level of an override.'),
  note: about(string, 'Why, where it is not simply their turn; else empty.'),
});

const WAY = {
  channel: CHANNEL,
  to: string,
};
const skipped = shape<Testing['skipped'][number]>({ ...WAY, why: string });

const notified = object<NotifiedJson>('Notified', {
  zone: about(string, 'Of the hours.'),
  rules: about(listOf(string), 'Their notification rules in words.'),
  quiet: about(nullable(string), 'Their quiet hours in words; null: none.'),
  warnings: about(listOf(string), 'What is probably not meant.'),
  at: instant,
  bySeverity: about(
    listOf(
      shape<NotifiedOf>({
        severities: listOf(SEVERITY),
        ways: listOf(shape<NotifiedOf['ways'][number]>({ ...WAY, at: instant })),
        why: about(nullable(string), 'The rule and the quiet hours; null: without any.'),
      }),
    ),
    'What is used for an incident that begins at `at`; severities that fare alike together.',
  ),
  skipped: about(listOf(skipped), 'Contacts that nothing is sent to.'),
});

export const PERSON_DETAIL = object<PersonDetailJson>('PersonDetail', {
  ...PERSON_FIELDS,
  notified: about(notified, 'How they are told, and what would happen at one time.'),
  namedBy: listOf(string),
  absences: listOf(
    shape<PersonDetailJson['absences'][number]>({
      id: string,
      fromMs: integer,
      untilMs: integer,
      why: string,
    }),
  ),
  next: about(nullable(SHIFT), 'The shift that is under way or comes next.'),
});

export const TESTING = object<Testing>('Testing', {
  journal: about(string, 'The row of the journal; follow it with the tail.'),
  expect: about(listOf(shape<Testing['expect'][number]>(WAY)), 'One message each.'),
  skipped: listOf(skipped),
  noAnswer: maybe(about(string, 'Why no answer to it can come; absent: one can.')),
});

const layer = object<LayerJson>('Layer', {
  members: listOf(string),
  shift: about(string, 'Such as `1 week`.'),
  start: about(string, 'Local date of the first shift.'),
  handoff: about(string, 'Local time of each handoff.'),
  during: maybe(about(hours, 'When it answers at all; absent: always.')),
});

export const ROTATION = object<RotationJson>('Rotation', {
  id: string,
  zone: string,
  layers: about(listOf(layer), 'Where several cover an instant, the last of them answers.'),
  namedBy: listOf(string),
  now: shape<RotationJson['now']>({
    person: about(nullable(string), 'Null: nobody.'),
    until: nullable(instant),
    because: string,
  }),
});

export const GROUP = object<GroupJson>('Group', {
  id: string,
  people: listOf(string),
  namedBy: listOf(string),
});
