/** Stage 1's vocabulary: what comes in, before any incident exists. Types only; every stage may import it. */

import type { DegradedNote } from '../engine/effects.ts';

export const SEVERITIES = ['critical', 'error', 'warning', 'info', 'unknown'] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * What an alert source said about one problem.
 * `none` is kept in the journal with its reason and opens, changes or closes nothing (a test mail, a digest).
 */
export interface AlertEvent {
  action: 'trigger' | 'acknowledge' | 'resolve' | 'none';
  /** The service's name in the roster, already resolved by the intake. */
  service: string;
  /** One lineage per (service, dedupKey). Never empty; at most 255 characters. */
  dedupKey: string;
  /** Of a group: its own key, while `dedupKey` is the group's (rule 18). See groups.ts. */
  member?: string;
  severity: Severity;
  /** One line, no control characters, at most 1,024 characters. */
  summary: string;
  /** Longer text for the mail to the responder, at most 4,000 characters. */
  details?: string;
  /** What read it, e.g. `mail`, `nagios`, `pagerduty-v2`, `plain`. */
  source: string;
  /** What it is about, where the source names it; one line each. */
  host?: string;
  check?: string;
  /** Web pages that the source points to. */
  links?: string[];
  /** What the source labels it with, for rules and groups: at most 32, one line each. */
  labels?: Record<string, string>;
  /**
   * Of a trigger whose source never says that things are well again (cron, smartd): an acknowledged incident resolves
   * itself so long after the last of them.
   */
  expiresAfterMs?: number;
  /** Why it was read so, when that is worth a line in the timeline. */
  reason?: string;
  /** What somebody wrote about it there: one line of the timeline of the incident that is, or was, open. */
  note?: string;
  /** The team's rule that took it; of several, the last. */
  rule?: string;
  /** The incident that it opens goes by this policy in place of the service's: a rule of the team says so. */
  policy?: string;
  /** The roster whose rules set its service or policy: an older one may not know them. */
  rosterVersion?: number;
  /**
   * Somebody pages these people by hand: the incident that it opens is theirs first, and the levels follow when none of
   * them answers. `rosterVersion`: the roster in which they were found.
   */
  tell?: { people: string[]; by: string; rosterVersion: number };
}

/** What a person asked for in a reply, read by the grammar in `messaging/replies.ts`. */
export interface ReplyCommand {
  verb: 'ack' | 'resolve' | 'escalate' | 'optout' | 'help' | 'unclear';
  /** The message's code the reply names; null when it names none. With `unclear`: it says nothing else. */
  code: number | null;
  /** `message`: what the code's message named; `service`: everything open of that service; `all`; `last`; `bare`: no code given. */
  scope: 'message' | 'service' | 'all' | 'last' | 'bare';
  /**
   * Only these of the incidents that the code's message named, by their lineages: the number that a host gave one
   * without a quorum becomes another (rule 13). Absent: all of them.
   */
  only?: string[];
  /** With `ack`: it ends by itself then, as a snooze; `until` says it in words. */
  snooze?: { untilMs: number; until: string };
  /** The carrier lets our texts through again: START surely, YES if they were off. With `unclear`: older versions do nothing. */
  start?: 'surely' | 'if-off';
}

/** What a mail's own signatures and the sender's DNS say of who wrote it. */
export type AuthResult = 'pass' | 'fail' | 'none' | 'temperror' | 'permerror';

/** How far a reply by mail proves where it comes from. */
export interface ReplyAuth {
  /** The best of its signatures; `none`: it has none, or could not be checked whole. */
  dkim: AuthResult;
  /** Of the server that handed it in; `none` too where that was one of ours. */
  spf: AuthResult;
  /** Whether one of the two speaks for the From domain, by that domain's own rules; `none`: it has no rules. */
  dmarc: AuthResult;
  /** Why it doesn't count where proof is asked for; absent: it counts. */
  refused?: string;
}

/** Everything a machine can be fed from outside. The journal keeps it with the raw bytes it was read from. */
export type Input =
  | { kind: 'alert'; events: AlertEvent[] }
  | {
      kind: 'reply';
      person: string;
      channel: Channel;
      /** The phone number or mail address it came from. */
      contact: string;
      command: ReplyCommand;
      /** First visible line as the person wrote it, for the timeline; control characters removed. */
      text: string;
      /** The provider's own time stamp (rule 9). */
      sentAtMs: number;
      /** On the page that the message leads to, which shows what becomes of it: no message says so. */
      via?: 'link';
      /** By mail; absent: not looked at. */
      auth?: ReplyAuth;
    }
  /** What a provider says, after it took a message, about what became of it. */
  | { kind: 'receipt'; person: string; code: number; receipt: Receipt }
  /** What a host did on its own about an incident that this event opened there, while it had no quorum (rule 13). */
  | { kind: 'noted'; event: AlertEvent; note: DegradedNote }
  | { kind: 'command'; action: 'ack' | 'resolve'; number: number; lineage: string; actor: string }
  /** What somebody decided about an incident besides the two: a kind of its own, since older hosts know only those. */
  | { kind: 'order'; number: number; lineage: string; actor: string; order: Order }
  /** A job says how it does: a kind of its own, since older hosts know nothing of heartbeats. */
  | ({ kind: 'ping'; heartbeat: string } & Ping)
  /** `relay test PERSON`: page on every channel without an incident. */
  | { kind: 'test'; person: string; actor: string }
  /** Relay tells a person something that is no incident, once for each id of the row. */
  | ({ kind: 'notice'; person: string } & NoticeText);

export const PINGS = ['success', 'start', 'fail', 'log'] as const;
/** `log` is kept and changes nothing. */
export type PingKind = (typeof PINGS)[number];

/** What a job says of itself. */
export interface Ping {
  what: PingKind;
  /** Which way it came: `http`, `mail`, `opsgenie`. */
  by: string;
  exitCode?: number;
  /** The signal that ended it: `SIGKILL`. */
  signal?: string;
  durationMs?: number;
  /** The end of what it printed, at most 4,000 characters. */
  output?: string;
  /** When it was accepted, by the clock of that process that never jumps. */
  heardMs?: number;
}

/** A provider's word on a message it took: by webhook, by polling, or a mail that came back. It may come twice and out of order. */
export interface Receipt {
  /** sent: passed on, and the end isn't known; delivered: it reached the contact; failed: it never will. */
  status: 'sent' | 'delivered' | 'failed';
  /** The provider's id of the message, null where another proof names the message. */
  providerId: string | null;
  /** Why it failed, with the provider's own code: `30034 the number is not registered`. */
  error?: string;
  /** What the reader can do about it. */
  cure?: string;
  /** The person has told the carrier to block us: the contact is to be switched off. */
  optedOut?: true;
}

/** What a notice says. */
export interface NoticeText {
  /** A few words for logs: "handoff of rotation ops". */
  about: string;
  /** One line, for a text. */
  text: string;
  /** Of the mail. */
  subject: string;
  /** Of the mail, in place of `text`: as many lines as it takes, at most 4,000 characters. */
  details?: string;
  /** Somebody must hear of it: where nobody can tell whether it was sent, it goes the next way too. */
  urgent?: true;
  /** Only to this contact, which is asked to verify itself by an answer. */
  verify?: { channel: Channel; address: string };
}

/** What a person, or a handoff, decides about an open incident. */
export type Order =
  /** Nobody is told until then; `until` says it in words. */
  | { verb: 'snooze'; untilMs: number; until: string }
  /** `rosterVersion`: the roster in which this person or policy was found. */
  | { verb: 'reassign'; person: string; rosterVersion?: number }
  | { verb: 'reassign'; policy: string; rosterVersion?: number }
  | { verb: 'escalate' }
  /** A line in the timeline. */
  | { verb: 'note'; text: string }
  /** `to` took over from `from` in a rotation at this boundary. */
  | { verb: 'handoff'; rotation: string; from: string; to: string; atMs: number };

export const ORDERS = [
  'snooze',
  'reassign',
  'escalate',
  'note',
  'handoff',
] as const satisfies Order['verb'][];

/** `push`: an app, a chat room, a siren: whatever a configured provider reaches; its address is the provider's own word. */
export const CHANNELS = ['sms', 'voice', 'email', 'push'] as const;
/** `canary` leads nowhere: the daemon's own test alerts go over it. */
export type Channel = (typeof CHANNELS)[number] | 'canary';

/** When and where something was accepted; orders events (rule 4). */
export interface Stamp {
  host: string;
  /** Ascending within one host, also over restarts. */
  seq: number;
  atMs: number;
  /** False when this host's clock was known to be off by over a second. */
  trusted: boolean;
}
