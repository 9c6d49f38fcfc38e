/** The answers about incidents, described. */
import type { ActedMany } from '../act-many.ts';
import type { Acted } from '../act.ts';
import type { Paged } from '../routes/page.ts';
import type { Sent } from '../routes/send.ts';
import {
  about,
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
import type {
  ErrorJson,
  HappeningJson,
  IncidentDetailJson,
  IncidentJson,
  MessageDetailJson,
  MessageJson,
  RawEventJson,
  RawJson,
  TimelineJson,
} from '../wire.ts';
import { CHANNEL, SEVERITY } from './roster.ts';

const INCIDENT_FIELDS: FieldsOf<IncidentJson> = {
  number: integer,
  service: string,
  dedupKey: string,
  status: choice(['triggered', 'acknowledged', 'resolved']),
  severity: SEVERITY,
  summary: string,
  openedAt: instant,
  events: about(integer, 'How often it was reported.'),
  assignedTo: about(listOf(string), 'Who has been told and has it.'),
  snoozedUntil: maybe(about(instant, 'A person has put it off until then.')),
  waitsUntil: maybe(about(instant, 'A rule of the policy, or maintenance, has it wait until then.')),
  maintenance: maybe(about(string, 'The last maintenance window that it waited in.')),
};
export const RAW = object<RawJson>('RawEvent', {
  number: integer,
  event: about(integer, 'Which of `events` this is.'),
  events: about(
    listOf(shape<RawEventJson>({ event: integer, at: instant, kind: string, text: string })),
    'Those whose originals are known: of very many repeats the newest.',
  ),
  acceptedAt: instant,
  host: string,
  raw: about(nullable(string), 'As it came, in base64, but for routing keys; null: by a command.'),
  read: about(
    listOf(
      shape<RawJson['read'][number]>({
        action: choice(['trigger', 'acknowledge', 'resolve', 'none']),
        service: string,
        dedupKey: string,
        severity: SEVERITY,
        summary: string,
        source: string,
        reason: string,
        rule: nullable(string),
      }),
    ),
    'What was read of it.',
  ),
});

export const INCIDENT = object<IncidentJson>('Incident', INCIDENT_FIELDS);

const TIMELINE = object<TimelineJson>('TimelineLine', {
  at: instant,
  kind: string,
  text: string,
  actor: about(string, 'A person, a user of the machine, or `relay`.'),
});

const MESSAGE_FIELDS: FieldsOf<MessageJson> = {
  id: string,
  person: string,
  channel: CHANNEL,
  status: choice(['claimed', 'accepted', 'delivered', 'failed', 'unknown']),
  providerId: nullable(string),
  at: instant,
  to: string,
  error: nullable(string),
  degraded: maybe(about(yes, 'A host sent it on its own while there was no quorum.')),
};
const MESSAGE = object<MessageJson>('Message', MESSAGE_FIELDS);

/** One message with everything that is known of it. */
export const MESSAGE_DETAIL = object<MessageDetailJson>('MessageDetail', {
  ...MESSAGE_FIELDS,
  code: about(integer, 'By which it is answered.'),
  purpose: choice(['incident', 'answer', 'test', 'notice']),
  provider: maybe(string),
  cure: about(nullable(string), 'What can be done about the error.'),
  subject: maybe(string),
  text: about(string, 'As it was sent.'),
  incidents: about(
    listOf(
      shape<MessageDetailJson['incidents'][number]>({ number: integer, service: string, summary: string }),
    ),
    'What it told of, by name.',
  ),
  toldOf: about(integer, 'Of how many incidents it told in all.'),
  life: about(
    listOf(shape<MessageDetailJson['life'][number]>({ at: instant, kind: string, text: string })),
    'What happened to it, in order.',
  ),
});

export const INCIDENT_DETAIL = object<IncidentDetailJson>('IncidentDetail', {
  ...INCIDENT_FIELDS,
  timeline: listOf(TIMELINE),
  messages: listOf(MESSAGE),
});

/** What became of it. */
export const ACTED = object<Acted>('Acted', {
  incident: INCIDENT,
  text: about(string, 'What was done, in words.'),
});

/** What became of many. */
export const ACTED_MANY = object<ActedMany>('ActedMany', {
  acted: listOf(
    shape<ActedMany['acted'][number]>({
      number: integer,
      incident: about(nullable(INCIDENT), 'Null where there is none of that number.'),
      text: string,
    }),
  ),
});

export const PAGED = object<Paged>('Paged', {
  incident: about(nullable(INCIDENT), 'Null while the page is durable and queued.'),
  people: about(listOf(string), 'Who is paged.'),
  request: about(string, 'Given again, it is the same page.'),
  text: about(string, 'What was done, in words.'),
});

export const SENT = object<Sent>('Sent', {
  number: about(
    nullable(integer),
    'Null while the alert is durable and queued, or when a resolve found nothing open.',
  ),
  status: about(string, 'The status of the incident, `queued`, or `none` when there is no such incident.'),
  dedupKey: string,
});

export const HAPPENING = object<HappeningJson>('Happening', {
  at: instant,
  kind: string,
  text: string,
  actor: string,
  incident: maybe(integer),
  person: maybe(string),
  message: maybe(
    shape<NonNullable<HappeningJson['message']>>({
      id: string,
      channel: string,
      status: string,
      providerId: maybe(string),
      error: maybe(string),
      cure: maybe(string),
    }),
  ),
});

export const ERROR = object<ErrorJson>('Error', {
  error: shape<ErrorJson['error']>({
    code: choice(['usage', 'not_found', 'conflict', 'failed', 'closing']),
    message: string,
    cure: maybe(about(string, 'What to do about it.')),
  }),
});
