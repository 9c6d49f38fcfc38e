/** The team's rules for alerts, as the roster holds them. Types only. */
import type { AlertEvent } from '../events/types.ts';

/**
 * What the team says of some alerts. Tried when an alert comes in, before it is accepted, in the order of the roster: the
 * first that matches decides, unless it says that later ones are tried too.
 */
export interface EventRule {
  /** Its name. */
  id: string;
  /** Why there is such a rule, for people. */
  why?: string;
  /** By the name of a field: all must hold. None: every alert. */
  match: Record<string, RuleTest>;
  set: RuleSets;
  /** Later rules are tried too, on what this one made. */
  stop?: false;
}

/** What a field must be like: any of the first two, and none of the others. A field that isn't there is like nothing. */
export interface RuleTest {
  /** The whole field, letters of either case; * is anything, ? one character. */
  glob?: string[];
  /** Somewhere in the field; RE2. */
  regex?: string[];
  notGlob?: string[];
  notRegex?: string[];
}

/** What becomes of an alert. Texts may name fields and groups: `{host}/{check}`, `{1}`. */
export interface RuleSets {
  /** Left as it is where one of the fields in it is empty: so nothing shares a key by accident. */
  key?: string;
  severity?: string;
  summary?: string;
  host?: string;
  check?: string;
  service?: string;
  /** The incident that it opens goes by this policy in place of the service's. */
  policy?: string;
  labels?: Record<string, string>;
  action?: AlertEvent['action'];
  /** It is kept, and opens and closes nothing. */
  suppress?: true;
}
