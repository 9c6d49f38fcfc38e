/** The roster: one versioned document with history. Types only. */
import type { Channel } from '../events/types.ts';

export interface Person {
  /** Lower-case letters, digits, - and _; at most 32. */
  id: string;
  name: string;
  /** IANA zone for showing times; absent: the host's. */
  zone?: string;
  contacts: ContactMethod[];
}

export interface ContactMethod {
  channel: Channel;
  /** E.164 for sms and voice, an address for email. */
  address: string;
  /** Set when the person opted out at the carrier (STOP): not used until an admin enables it. */
  disabled?: string;
}

export interface Service {
  id: string;
  policy: string;
  /** SHA-256 in hex of each live routing key; two may live during a change. Never the key itself. */
  keyHashes: string[];
}

export interface PolicyLevel {
  people: string[];
  /** How long this level has before the next is told. */
  afterMs: number;
}

export interface Policy {
  id: string;
  levels: PolicyLevel[];
  /** How often the levels are gone through again before the catch-all. */
  repeat: number;
}

/** `oncall set`: this person instead of a level's people, for a time. The latest made wins. */
export interface Override {
  id: string;
  policy: string;
  level: number;
  person: string;
  fromMs: number;
  /** null: until it is unset. */
  untilMs: number | null;
  by: string;
  madeAtMs: number;
}

export interface Roster {
  version: number;
  people: Person[];
  services: Service[];
  policies: Policy[];
  overrides: Override[];
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
}

export interface DutyLevel {
  people: string[];
  afterMs: number;
  /** Why these people, in words: "override by ana until Sat 18:00 CET", "policy default". */
  because: string;
}
