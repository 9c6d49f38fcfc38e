/** The roster: one versioned document with history. Types only. */
import type { Channel, Severity } from '../events/types.ts';
import type { EventRule } from './rule-types.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { Flapping, Service } from './service-types.ts';

export type { Service } from './service-types.ts';

export interface Person {
  /** Lower-case letters, digits, - and _; at most 32. */
  id: string;
  name: string;
  /** IANA zone for showing times; absent: the host's. */
  zone?: string;
  contacts: ContactMethod[];
  /** How this person is told: the first rule that applies decides; none: by every contact method at once. */
  rules?: NotificationRule[];
  /** When only what is urgent may wake them. */
  quiet?: QuietHours;
  /** Links in messages claimed up to then lead nowhere: somebody else may have them. */
  linksRevokedAtMs?: number;
}

/** How somebody is told of some incidents: by which contact methods, and when. Hours are in the person's zone. */
export interface NotificationRule {
  /** Absent: for all. */
  severities?: Severity[];
  /** Only within some of these hours. */
  during?: Hours[];
  /** Only outside all of these hours. */
  outside?: Hours[];
  /** Ascending, the first at once. What stands in none of them isn't used. */
  steps: NotificationStep[];
}

export interface NotificationStep {
  /** After they began to be told; 0: at once. */
  afterMs: number;
  /** Each stands in one step only. */
  channels: Channel[];
}

export interface QuietHours {
  during: Hours[];
  /** These break through; absent: critical. */
  except?: Severity[];
}

export interface ContactMethod {
  channel: Channel;
  /** E.164 for sms and voice, an address for email. */
  address: string;
  /** Set when the person opted out at the carrier (STOP): not used until an admin enables it. */
  disabled?: string;
  /** When a valid code first came back from it; absent: none has, and it is paged all the same. */
  verifiedAtMs?: number;
}

export interface PolicyLevel {
  people: string[];
  /** Whoever is on call in these then. */
  rotations?: string[];
  /** Everybody in these. */
  groups?: string[];
  /** Only for incidents of these: others pass over this level at once. Absent: for all. */
  severities?: Severity[];
  /** How long this level has before the next is told. */
  afterMs: number;
}

export interface Policy {
  id: string;
  levels: PolicyLevel[];
  /** How often the levels are gone through again before the catch-all. */
  repeat: number;
  /** IANA zone of the hours in `rules`. */
  zone?: string;
  /** What is otherwise for some severities, or at some times: the first that applies decides. */
  rules?: PolicyRule[];
  /** Acknowledged and not resolved for so long: triggered again. */
  ackTimeoutMs?: number;
  /** At a handoff, open incidents go to whoever comes on call. */
  handover?: boolean;
}

export interface PolicyRule {
  /** Absent: for all. */
  severities?: Severity[];
  /** Only within some of these hours. */
  during?: Hours[];
  /** Only outside all of these hours. */
  outside?: Hours[];
  /** `wait`: nobody is told until it no longer applies. Another policy: that one instead, whose own rules don't count. */
  does: 'wait' | { policy: string };
}

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Who takes turns. Where several layers cover an instant, the last of them answers. */
export interface Rotation {
  id: string;
  /** IANA zone of all its local times. */
  zone: string;
  layers: Layer[];
}

/**
 * Turns by the clock on the wall: a shift that begins at 09:00 begins at 09:00 on both sides of a clock change. A local
 * time that is skipped or comes twice is read as RFC 5545 does (Temporal's `compatible`).
 */
export interface Layer {
  /** In order; the first has the shift that begins at `start`. */
  members: string[];
  shift: { every: number; unit: 'hours' | 'days' | 'weeks' | 'months' };
  /** Local date of the first shift, `2026-11-16`; before it this layer has nobody. */
  start: string;
  /** Local time of each handoff, `09:00`; with shifts of hours, of the first. */
  handoff: string;
  /** When this layer answers at all; absent: always. The turns go on all the while. */
  during?: Hours[];
}

/** A local time of day on some days of the week. */
export interface Hours {
  /** The days on which it begins; absent: every day. */
  days?: Weekday[];
  /** `09:00`. */
  from: string;
  /** `17:00`, up to `24:00`; not after `from`: on the next day. */
  until: string;
}

export interface Group {
  id: string;
  people: string[];
}

/** A person can't be paged by a rotation for a time: the next member of the layer takes over. */
export interface Absence {
  id: string;
  person: string;
  fromMs: number;
  untilMs: number;
  /** A word for people: "holiday". */
  why: string;
  by: string;
  madeAtMs: number;
  /** The calendar it came from, which alone changes it; absent: made by hand. */
  feed?: string;
}

/** A calendar at a URL whose events are a person's absences; read again every hour. */
export interface Feed {
  id: string;
  person: string;
  /** A secret of the person's: shown to nobody, but for its host. */
  url: string;
  by: string;
  madeAtMs: number;
}

/** A calendar that somebody subscribes to: the shifts of a person or of a rotation. */
export interface CalendarLink {
  id: string;
  of: { person: string } | { rotation: string };
  /** SHA-256 in hex of the secret in its address. Never the secret itself. */
  tokenHash: string;
  by: string;
  madeAtMs: number;
}

/** This person on call for a time. The latest made wins. */
export interface Override {
  id: string;
  /** What it is for: a level of a policy, or (then `policy` is '' and `level` 0) a rotation. */
  policy: string;
  level: number;
  rotation?: string;
  /** Only in place of this person: one half of a swap. */
  instead?: string;
  why?: string;
  person: string;
  fromMs: number;
  /** null: until it is unset. */
  untilMs: number | null;
  by: string;
  madeAtMs: number;
}

/**
 * While it lasts, incidents that it is for are opened, kept and marked, and nobody is told of them; what is still open at
 * its end pages then. Of services, hosts and matches all that are given must fit; with none of them it is for everything
 * but Relay itself.
 */
export interface MaintenanceWindow {
  id: string;
  services?: string[];
  /** Globs: `*` any characters, `?` one; case doesn't count. By the first label or the whole of the host's name. */
  hosts?: string[];
  /** Globs for the whole dedup key or the whole summary. */
  matches?: string[];
  /** Absent: since ever. */
  fromMs?: number;
  /** Absent: it comes again and again. */
  untilMs?: number;
  /** Within these hours by the clock on the wall of `zone`, absent: all the time. One without an end has some. */
  during?: Hours[];
  zone?: string;
  /** A word for people: "kernel update". */
  why: string;
  by: string;
  madeAtMs: number;
}

export interface Roster {
  version: number;
  people: Person[];
  services: Service[];
  policies: Policy[];
  overrides: Override[];
  /** Absent in what older versions wrote, like the next two. */
  rotations?: Rotation[];
  groups?: Group[];
  absences?: Absence[];
  /** Absent until there are some, like the next. */
  feeds?: Feed[];
  calendarLinks?: CalendarLink[];
  /** Absent until there are some. */
  maintenance?: MaintenanceWindow[];
  /** What the team says of alerts, in the order in which it is tried. */
  eventRules?: EventRule[];
  /** Absent until there are some. */
  heartbeats?: Heartbeat[];
  /** The service an unknown name from an allowed network goes to. */
  defaultService: string;
}

/** Who is to be told for one service at one instant: the answer stage 2 is given as data. */
export interface Duty {
  rosterVersion: number;
  policy: string;
  levels: DutyLevel[];
  repeat: number;
  /** Everybody to be told when all else fails; never empty in a roster that init accepts. */
  catchAll: string[];
  /** Why nobody but the catch-all is told, whoever is on call; absent: the levels are gone through. */
  straight?: string;
  /** Nobody is to be told before: a rule of the policy says so. */
  wait?: { untilMs: number; why: string /** The maintenance window that says so. */; maintenance?: string };
  ackTimeoutMs?: number;
  /** At a handoff, open incidents go to whoever comes on call. */
  handover?: true;
  /** Service.autoResolveMs. */
  autoResolveMs?: number | null;
  /** Service.flapping. */
  flapping?: Flapping | null;
}

/** What the answer depends on besides the service and the time. */
export interface DutyQuestion {
  /** Absent: whatever doesn't depend on it. */
  severity?: Severity;
  /** Given to the incident by a person, in place of the service's; its rules don't count. */
  policy?: string;
  /** In place of the service's by a rule for alerts; its own rules count. A person's word goes before it. */
  routed?: string;
  /** What it is about, for maintenance windows; absent: none counts. */
  about?: About;
}

/** What an incident is about. */
export interface About {
  dedupKey: string;
  summary: string;
  /** As the source names it; absent: it didn't. */
  host?: string;
}

export interface DutyLevel {
  people: string[];
  afterMs: number;
  /** Why these people, in words: "override by ana until Sat 18:00 CET", "policy default". */
  because: string;
  /**
   * Whom the policy names here, whoever that is now: `ana`, `rotation ops`, `group db`. By it a level is found again when
   * others come or go. Absent: it is known by its place alone.
   */
  names?: string[];
  /** It is for other severities: "only for critical, error". It has nobody then. */
  passedOver?: string;
}
