/** The answers about heartbeats, described. */
import { PINGS, SEVERITIES } from '../../events/types.ts';
import {
  HEARTBEAT_STATES,
  type HeartbeatDetailJson,
  type HeartbeatEditedJson,
  type HeartbeatJson,
  type PingTakenJson,
} from '../heartbeat-wire.ts';
import {
  about,
  boolean,
  choice,
  instant,
  integer,
  listOf,
  nullable,
  object,
  shape,
  string,
  type FieldsOf,
} from '../table/schema.ts';
import { NOT_YET_ON } from './roster.ts';

const HEARTBEAT_FIELDS: FieldsOf<HeartbeatJson> = {
  id: string,
  service: string,
  every: about(string, 'From one report to the next, such as `1d`.'),
  grace: about(string, 'How much later one may come, and how long a job that said it starts may take.'),
  severity: choice(SEVERITIES),
  state: about(
    choice(HEARTBEAT_STATES),
    '`new`: nothing has been reported yet, so nothing is expected; `late`: within its grace.',
  ),
  runningSince: about(nullable(instant), 'It said that it starts, and nothing of its end so far.'),
  lastPing: nullable(
    shape<NonNullable<HeartbeatJson['lastPing']>>({
      what: choice(PINGS),
      at: instant,
      by: about(string, 'Which way it came: `http`, `mail`, `opsgenie`, `command`.'),
      exitCode: nullable(integer),
      signal: nullable(string),
      durationMs: nullable(integer),
    }),
  ),
  lastSuccess: nullable(instant),
  lastDurationMs: about(nullable(integer), 'How long the last run took, where that is known.'),
  due: about(nullable(instant), 'When it is missed, if nothing comes.'),
  putOff: about(nullable(string), 'Why it waits longer than its times say.'),
  hasKey: about(boolean, 'Nothing can report to it without one.'),
};

export const HEARTBEAT = object<HeartbeatJson>('Heartbeat', HEARTBEAT_FIELDS);

export const HEARTBEAT_DETAIL = object<HeartbeatDetailJson>('HeartbeatDetail', {
  ...HEARTBEAT_FIELDS,
  history: about(
    listOf(
      shape<HeartbeatDetailJson['history'][number]>({
        at: instant,
        kind: choice([...PINGS, 'missed', 'waits', 'resolved', 'changed']),
        text: string,
        durationMs: nullable(integer),
      }),
    ),
    'The newest first.',
  ),
});

export const HEARTBEAT_EDITED = object<HeartbeatEditedJson>('HeartbeatEdited', {
  text: about(string, 'What was done, in words.'),
  heartbeat: about(nullable(HEARTBEAT), 'Null when it was removed.'),
  key: about(nullable(string), 'Only where it has just been made.'),
  url: about(nullable(string), 'Where it reports, with its key.'),
  email: nullable(string),
  notYetOn: NOT_YET_ON,
});

export const PING_TAKEN = object<PingTakenJson>('PingTaken', { heartbeat: string, what: choice(PINGS) });
