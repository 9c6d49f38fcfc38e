/** What goes over the control API about rotations, groups, stand-ins and who is on call when. Types only. */
import type { Channel, Severity } from '../events/types.ts';
import type {
  Absence,
  Group,
  Layer,
  NotificationRule,
  Override,
  Person,
  Policy,
  PolicyRule,
  QuietHours,
} from '../oncall/types.ts';
import type { DutyChangeJson } from './roster-wire.ts';
import type { Edited, OncallJson, ServiceListedJson } from './wire.ts';

/** Who is told of an edit, by id. */
export interface ToldOf {
  /** Absent: nobody was to be told. */
  told?: string[];
  /** The edit was made, and these could not be told. */
  untold?: string[];
}

/** What an edit did, and who is on call differently by it. */
export type ToldJson = Edited<ToldFields & ToldOf>;

interface ToldFields {
  /** What was understood: `rotation ops: ana, ben, by the week`. */
  text: string;
  rosterVersion: number;
  /** Who is on call differently in the next four weeks. */
  oncall: DutyChangeJson[];
  /** Differences beyond those in `oncall`. */
  more: number;
  /** The same for people, in the zone that was asked for, and then what to look at. */
  said: string[];
}

/** `during` and `shift` as a roster file has them. */
export type LayerJson = Omit<Layer, 'shift' | 'during'> & { shift: string; during?: string[] };

export interface RotationJson {
  id: string;
  zone: string;
  layers: LayerJson[];
  /** Levels of policies that name it. */
  namedBy: string[];
  /** `person` null: nobody. */
  now: { person: string | null; until: string | null; because: string };
}

/** Hours as a roster file has them, and either `wait` or `policy`. */
export interface PolicyRuleJson extends Pick<PolicyRule, 'severities'> {
  during?: string[];
  outside?: string[];
  wait?: true;
  policy?: string;
}

export interface PolicyJson extends Omit<Policy, 'rules'> {
  rules?: PolicyRuleJson[];
}

export interface PolicyDetailJson extends PolicyJson {
  /** Services, and rules of other policies. */
  namedBy: string[];
  now: {
    at: string;
    /** Who is told at each level. */
    levels: string[][];
    /** What its rules say, in words. */
    rules: string[];
    /** Those of them with channels from which no answer has come yet; absent: none. */
    unverified?: { person: string; channels: Channel[] }[];
  };
}

/** What an edit of a policy did, and the policy as it is then. */
export type PolicyTold = ToldJson & PolicyJson;

export interface GroupJson extends Group {
  namedBy: string[];
}

/** Hours as a roster file has them. */
export interface NotificationRuleJson extends Pick<NotificationRule, 'severities' | 'steps'> {
  during?: string[];
  outside?: string[];
}

export interface PersonJson extends Omit<Person, 'rules' | 'quiet'> {
  rules?: NotificationRuleJson[];
  quiet?: Pick<QuietHours, 'except'> & { during: string[] };
}

/** How a person is told, in words, and what would be used for an incident at one time. */
export interface NotifiedJson {
  /** Of the hours. */
  zone: string;
  /** `critical: sms and email at once, voice after 5m`. */
  rules: string[];
  /** Null: none. */
  quiet: string | null;
  /** What is probably not meant. */
  warnings: string[];
  at: string;
  /** What is used for an incident that begins then; severities that fare alike together. */
  bySeverity: NotifiedOf[];
  /** Contacts that nothing is sent to, and why. */
  skipped: { channel: Channel; to: string; why: string }[];
}

export interface NotifiedOf {
  severities: Severity[];
  ways: { channel: Channel; to: string; at: string }[];
  /** The rule and the quiet hours; null: without any. */
  why: string | null;
}

/** What an edit of somebody's rules did, and the person as they are then. */
export type PersonNotified = Edited<PersonJson & { text: string; rosterVersion: number; warnings: string[] }>;

export interface PersonDetailJson extends PersonJson {
  notified: NotifiedJson;
  /** Everything that names them: `policy default, level 1`. */
  namedBy: string[];
  absences: Pick<Absence, 'id' | 'fromMs' | 'untilMs' | 'why'>[];
  /** The shift that is under way or comes next; null: none in the next weeks. */
  next: ShiftJson | null;
}

export interface ServiceDetailJson extends ServiceListedJson {
  oncall: OncallJson;
}

export interface OverrideJson extends Pick<Override, 'id' | 'person' | 'by'> {
  /** `rotation ops`, `policy default, level 1`. */
  where: string;
  from: string;
  until: string | null;
  instead: string | null;
  why: string | null;
}

export interface ShiftJson {
  from: string;
  until: string;
  /** The rotation, or the policy and level of an override. */
  where: string;
  /** `in place of ana, who is away`; empty when it is simply their turn. */
  note: string;
}

/** A stretch of time in which the same people are told. */
export interface CalendarSpanJson {
  from: string;
  until: string;
  /** Nobody: empty. */
  people: string[];
  /** By a rule of the policy nobody is told before its end. */
  waits?: true;
}

export interface CalendarLineJson {
  /** From 1; null for a rotation. */
  level: number | null;
  /** Without a hole. */
  spans: CalendarSpanJson[];
}

export interface CalendarJson {
  of: 'rotation' | 'service';
  id: string;
  /** By whose days it goes. */
  zone: string;
  from: string;
  until: string;
  /** One, or one for each level of a service. */
  lines: CalendarLineJson[];
  /** Only of a time that is over: which version of the roster answers. */
  asOf?: NonNullable<OncallJson['asOf']>;
}

/** What a command line can name. */
export interface NamesJson {
  people: { id: string; name: string }[];
  services: string[];
  rotations: string[];
  policies: string[];
  groups: string[];
  /** Maintenance windows. */
  windows: string[];
  heartbeats: string[];
  /** The newest that are open. */
  incidents: { number: number; summary: string }[];
}

export interface NextShiftsJson {
  person: string;
  shifts: ShiftJson[];
  /** Where they are told whenever it is: `policy default, level 1`. */
  always: string[];
}
