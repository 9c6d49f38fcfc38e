/** The answers about how Relay is, described. */
import type {
  ClusterHostJson,
  ClusterJson,
  ClusterLineJson,
  ClusterNodeJson,
  DatacenterJson,
  QuorumJson,
  SpoolJson,
  TroubleJson,
} from '../../cluster/wire.ts';
import {
  about,
  boolean,
  choice,
  instant,
  integer,
  listOf,
  maybe,
  nullable,
  number,
  object,
  shape,
  string,
} from '../table/schema.ts';
import type { NamesJson } from '../oncall-wire.ts';
import type {
  MailboxJson,
  MailDnsJson,
  MailJson,
  MoveJson,
  OverviewJson,
  ProblemJson,
  StatusJson,
  StoreJson,
} from '../wire.ts';
import { INCIDENT } from './incidents.ts';
import { ONCALL } from './oncall.ts';
import { CHANNEL } from './roster.ts';

const PROBLEM = object<ProblemJson>('Problem', {
  id: string,
  text: string,
  cure: about(string, 'What to do about it; empty: nothing is known.'),
  since: instant,
});

const LAG = {
  journal: about(integer, 'Inputs that are not carried through yet.'),
  due: about(integer, 'Timers.'),
  oldestSeconds: nullable(number),
};

export const STATUS = object<StatusJson>('Status', {
  version: string,
  host: string,
  pid: integer,
  since: instant,
  store: string,
  cluster: shape<ClusterLineJson>({ text: string, ok: boolean }),
  channels: listOf(
    shape<StatusJson['channels'][number]>({
      channel: CHANNEL,
      transport: nullable(string),
      providers: listOf(string),
      text: string,
    }),
  ),
  notes: listOf(string),
  listening: shape<StatusJson['listening']>({
    http: nullable(string),
    smtp: nullable(string),
    submission: maybe(string),
    api: string,
  }),
  open: shape<StatusJson['open']>({ triggered: integer, acknowledged: integer }),
  backlog: about(
    nullable(shape<NonNullable<StatusJson['backlog']>>(LAG)),
    "Null while the store doesn't answer.",
  ),
  rosterVersion: integer,
  heartbeats: maybe(
    about(
      shape<NonNullable<StatusJson['heartbeats']>>({
        states: shape<NonNullable<StatusJson['heartbeats']>['states']>({
          new: integer,
          up: integer,
          late: integer,
          missed: integer,
          failed: integer,
          paused: integer,
        }),
        wrong: about(listOf(string), 'Missed or failed.'),
      }),
      "Absent: there are none, or the store doesn't answer.",
    ),
  ),
  canary: maybe(
    about(
      shape<NonNullable<StatusJson['canary']>>({
        throughAt: nullable(instant),
        acceptToCallMs: nullable(number),
        alive: boolean,
      }),
      'The last test alert that came through all of relay.',
    ),
  ),
  mailboxes: maybe(
    about(
      listOf(
        shape<MailboxJson>({
          name: string,
          reads: about(nullable(boolean), 'Null: not looked at yet.'),
          readHere: about(boolean, 'False: another host reads it, and this one looks in now and then.'),
          taken: about(integer, 'Mails taken since the start.'),
          left: about(integer, 'Unread mails that Relay has no rule for.'),
          lastAt: nullable(instant),
          trouble: nullable(string),
        }),
      ),
      'Mailboxes on servers elsewhere; absent: none is configured.',
    ),
  ),
  mail: maybe(
    about(
      shape<MailJson>({
        replies: shape<MailJson['replies']>({ works: boolean, text: string }),
        checkedAt: about(nullable(instant), 'Null: not looked at yet.'),
        dns: listOf(
          shape<MailDnsJson>({
            about: choice(['mx', 'spf', 'dmarc', 'ptr']),
            domain: string,
            state: choice(['ok', 'wrong', 'unknown']),
            text: string,
            record: maybe(about(string, 'The line for the zone that would put it right.')),
          }),
        ),
      }),
      'Whether mail can go out and come back here; absent: no mail is sent.',
    ),
  ),
  problems: listOf(PROBLEM),
});

export const OVERVIEW = object<OverviewJson>('Overview', {
  incidents: about(listOf(INCIDENT), 'The newest that are open.'),
  oncall: listOf(ONCALL),
  status: STATUS,
});

export const NAMES = object<NamesJson>('Names', {
  people: listOf(shape<NamesJson['people'][number]>({ id: string, name: string })),
  services: listOf(string),
  rotations: listOf(string),
  policies: listOf(string),
  groups: listOf(string),
  windows: about(listOf(string), 'Maintenance windows.'),
  heartbeats: listOf(string),
  incidents: about(
    listOf(shape<NamesJson['incidents'][number]>({ number: integer, summary: string })),
    'The newest that are open.',
  ),
});

const SPOOL = object<SpoolJson>('Spool', {
  waiting: about(integer, 'Accepted and not in the store yet.'),
  oneDisk: about(integer, 'How many of those lie on one disk only.'),
  own: integer,
  copies: integer,
  oldestSeconds: nullable(number),
  full: boolean,
});

const HOST = object<ClusterHostJson>('ClusterHost', {
  name: string,
  datacenter: string,
  state: choice(['live', 'cut-off', 'dead', 'silent', 'never-seen']),
  since: nullable(instant),
  version: nullable(string),
  life: nullable(string),
  mode: nullable(choice(['together', 'alone', 'draining'])),
  clock: nullable(
    shape<NonNullable<ClusterHostJson['clock']>>({
      offMs: number,
      exactMs: nullable(number),
      trusted: boolean,
    }),
  ),
  shards: integer,
  spool: nullable(SPOOL),
  rosterVersion: nullable(integer),
  canaryAgeSeconds: nullable(number),
  trouble: nullable(string),
});

export const CLUSTER = object<ClusterJson>('Cluster', {
  verdict: choice(['one-machine', 'well', 'weakened', 'no-quorum', 'unknown']),
  text: string,
  asked: nullable(string),
  hosts: listOf(HOST),
  nodes: nullable(
    listOf(object<ClusterNodeJson>('ClusterNode', { address: string, datacenter: string, up: boolean })),
  ),
  datacenters: listOf(
    object<DatacenterJson>('Datacenter', {
      name: string,
      hosts: integer,
      liveHosts: integer,
      nodes: integer,
      upNodes: integer,
      copies: nullable(integer),
    }),
  ),
  quorum: shape<QuorumJson>({
    has: about(nullable(boolean), 'Null: nobody could tell.'),
    lostForMs: nullable(number),
    copies: nullable(integer),
    copiesUp: nullable(integer),
    needed: nullable(integer),
    survivesNode: nullable(boolean),
    survivesDatacenter: nullable(boolean),
  }),
  lag: nullable(shape<NonNullable<ClusterJson['lag']>>(LAG)),
  spool: SPOOL,
  skewMs: nullable(number),
  problems: listOf(shape<TroubleJson>({ text: string, cure: string })),
  notes: listOf(string),
});

export const STORE = object<StoreJson>('Store', {
  kind: choice(['sqlite', 'cassandra']),
  store: string,
  arrived: nullable(shape<NonNullable<StoreJson['arrived']>>({ from: string, at: instant })),
  move: nullable(
    object<MoveJson>('StoreMove', {
      state: choice(['preparing', 'stopping', 'copying', 'checking', 'sealing', 'starting', 'failed']),
      to: choice(['sqlite', 'cassandra']),
      pieces: integer,
      of: nullable(integer),
      error: nullable(string),
    }),
  ),
});

/** A line of a backup; its other properties depend on its kind. */
export const BACKUP_LINE = object<{ kind: string }>('BackupLine', {
  kind: about(
    string,
    '`relay-backup` is the first, `end` the last, with counts and digests; others are pieces.',
  ),
});
