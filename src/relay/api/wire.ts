/** What goes over the control API, shared by the server and the CLI. JSON over HTTP on a unix socket. Types only. */
import type { HeartbeatStateName } from './heartbeat-wire.ts';
import type { ClusterLineJson } from '../cluster/wire.ts';
import type { Happening } from '../engine/ports.ts';
import type { AlertEvent, Channel, Severity } from '../events/types.ts';
import type { SettingTexts } from '../oncall/service-settings.ts';

export type MessageStatus = 'claimed' | 'accepted' | 'delivered' | 'failed' | 'unknown';

export interface IncidentJson {
  number: number;
  service: string;
  dedupKey: string;
  status: 'triggered' | 'acknowledged' | 'resolved';
  severity: Severity;
  summary: string;
  /** ISO 8601 with milliseconds, UTC. */
  openedAt: string;
  events: number;
  assignedTo: string[];
  /** A person has put it off until then: nobody is told before. */
  snoozedUntil?: string;
  /** A rule of the policy, or maintenance, has it wait until then. */
  waitsUntil?: string;
  /** The last maintenance window that it waited in. */
  maintenance?: string;
}

export interface TimelineJson {
  at: string;
  kind: string;
  text: string;
  actor: string;
}

export interface MessageJson {
  id: string;
  person: string;
  channel: Channel;
  status: MessageStatus;
  providerId: string | null;
  /** Beyond the fixed interface. */
  at: string;
  to: string;
  error: string | null;
  /** A host sent it on its own while there was no quorum. */
  degraded?: true;
}

/** One message with everything that is known of it. */
export interface MessageDetailJson extends MessageJson {
  code: number;
  /** About incidents, an answer to a reply, a test, or a notice of relay itself. */
  purpose: 'incident' | 'answer' | 'test' | 'notice';
  /** Through which provider; absent: the channel has only one, or an older version sent it. */
  provider?: string;
  /** What can be done about the error. */
  cure: string | null;
  subject?: string;
  /** As it was sent. */
  text: string;
  /** What it told of, by name. */
  incidents: { number: number; service: string; summary: string }[];
  /** Of how many incidents it told in all: of very many together only some have a name in it. */
  toldOf: number;
  /** What happened to it, in order; of very many lines the last 20. */
  life: { at: string; kind: string; text: string }[];
}

/** A mail or request that an incident came from, or one more of them. */
export interface RawEventJson {
  /** Counts from 1. */
  event: number;
  at: string;
  kind: string;
  text: string;
}

export interface RawJson {
  number: number;
  /** Which of `events` this is. */
  event: number;
  /** Those whose originals are known: of very many repeats the newest. */
  events: RawEventJson[];
  acceptedAt: string;
  host: string;
  /** As it came, in base64, but for routing keys; null: by a command, which has no original. */
  raw: string | null;
  /** What was read of it. */
  read: {
    action: AlertEvent['action'];
    service: string;
    dedupKey: string;
    severity: Severity;
    summary: string;
    source: string;
    reason: string;
    /** The team's rule that took it; null: none did. */
    rule: string | null;
  }[];
}

export interface IncidentDetailJson extends IncidentJson {
  timeline: TimelineJson[];
  messages: MessageJson[];
}

export interface ServiceJson {
  name: string;
  email: string | null;
  /** Null when the key is only known hashed: `relay service key NAME` makes another. */
  emailWithKey: string | null;
  routingKey: string | null;
  url: string | null;
  /** Where tools made for other pagers are led to, with the routing key; absent without HTTP. */
  apis?: {
    pagerduty: string;
    pagerdutyV1: string;
    /** What stands in place of https://api.opsgenie.com, the key as the GenieKey. */
    opsgenie: string;
    /** The service URL with the key in a header instead. */
    webhook: string;
  };
}

/** A service in the list: its settings besides, as people type them, where they aren't the usual ones. */
export interface ServiceListedJson extends ServiceJson, SettingTexts {
  policy: string;
}

/** What an edit of the roster made. */
export type Edited<T> = T & {
  /** Hosts that live and don't have it yet; they follow within seconds (rule 16). */
  notYetOn: readonly string[];
};

export interface OncallJson {
  service: string;
  policy: string;
  levels: {
    level: number;
    people: {
      person: string;
      until: string | null;
      because: string;
      /** Their channels from which no answer has come yet; absent: none, or it isn't known. */
      unverified?: Channel[];
    }[];
  }[];
  /** The next change of who is told, null when none is known. */
  next: { at: string; text: string } | null;
  /** Only of a time that is over: which version of the roster answers; `from` null: there was none yet then. */
  asOf?: { version: number; from: string | null; text: string };
}

export interface ProblemJson {
  id: string;
  text: string;
  cure: string;
  since: string;
}

export interface StatusJson {
  version: string;
  host: string;
  pid: number;
  since: string;
  store: string;
  /** Other hosts and what lies on disks beside the store, in one line. */
  cluster: ClusterLineJson;
  /** `transport`: the first of `providers`, which are tried in order; null and none: not configured. */
  channels: { channel: Channel; transport: string | null; providers: string[]; text: string }[];
  /** e.g. "no SMS: pages go by mail only". */
  notes: string[];
  /** `submission`: the second mail listener; absent where there is none. */
  listening: { http: string | null; smtp: string | null; submission?: string; api: string };
  open: { triggered: number; acknowledged: number };
  /** Null while the store doesn't answer. */
  backlog: { journal: number; due: number; oldestSeconds: number | null } | null;
  rosterVersion: number;
  /** How many heartbeats are in which state, and which of them are missed or failed; absent: there are none, or the store doesn't answer. */
  heartbeats?: { states: Record<HeartbeatStateName, number>; wrong: string[] };
  /** The last test alert that came through all of relay; absent from daemons that send none. */
  canary?: { throughAt: string | null; acceptToCallMs: number | null; alive: boolean };
  /** Absent: none is configured. */
  mailboxes?: MailboxJson[];
  /** Absent: no mail is sent. */
  mail?: MailJson;
  problems: ProblemJson[];
}

/** A mailbox on a server elsewhere that this host reads. */
export interface MailboxJson {
  name: string;
  /** Null: not looked at yet. */
  reads: boolean | null;
  /** False: another host reads it, and this one looks in now and then. */
  readHere: boolean;
  /** Mails taken since the start. */
  taken: number;
  /** Unread mails that relay has no rule for. */
  left: number;
  lastAt: string | null;
  trouble: string | null;
}

/** Whether mail can go out and come back here, by what DNS says. */
export interface MailJson {
  /** Whether pages offer an answer by mail, and why. */
  replies: { works: boolean; text: string };
  /** Null: not looked at yet. */
  checkedAt: string | null;
  dns: MailDnsJson[];
}

export interface MailDnsJson {
  about: 'mx' | 'spf' | 'dmarc' | 'ptr';
  domain: string;
  state: 'ok' | 'wrong' | 'unknown';
  text: string;
  /** What to put into the zone. */
  record?: string;
}

export interface OverviewJson {
  incidents: IncidentJson[];
  oncall: OncallJson[];
  status: StatusJson;
}

/** What becomes of `relay store move`. */
export interface MoveJson {
  /** `starting`: everything has moved, and the daemon starts again on the new store. */
  state: 'preparing' | 'stopping' | 'copying' | 'checking' | 'sealing' | 'starting' | 'failed';
  to: 'sqlite' | 'cassandra';
  /** Rows and states that are through in this state, of how many once that is known. */
  pieces: number;
  of: number | null;
  error: string | null;
}

export interface StoreJson {
  kind: 'sqlite' | 'cassandra';
  store: string;
  /** When everything came here from another store. */
  arrived: { from: string; at: string } | null;
  /** The last move that this daemon was asked for. */
  move: MoveJson | null;
}

/** Every failed call answers `{error: {code, message, cure?}}`; code decides the CLI's exit code. */
export interface ErrorJson {
  error: { code: 'usage' | 'not_found' | 'conflict' | 'failed' | 'closing'; message: string; cure?: string };
}

/** One line of the tail: what was committed. */
export type HappeningJson = Omit<Happening, 'atMs'> & { at: string };
