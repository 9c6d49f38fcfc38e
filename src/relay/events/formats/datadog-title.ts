/** Titles of Datadog's monitors: `[P1] [Triggered on {host:web1}] CPU high`. Mails and webhooks have the same. */
import type { AlertEvent, Severity } from '../types.ts';
import { severityOf } from './body.ts';
import { tagsIn } from './fields.ts';

export interface DatadogTitle {
  action: AlertEvent['action'];
  /** The transition as written. */
  word: string;
  /** Of the group: `host:web1,env:prod`; '' when there is none. */
  scope: string;
  severity: Severity;
  /** The monitor's own title. */
  bare: string;
  labels: Record<string, string>;
}

const PRIORITY = /^\[(?<priority>P[1-5])\]\s*/iu;
const TEST = /^(?<before>(?:\[[^\]]{0,300}\]\s*){0,3}?)\[TEST\]\s*/iu;
const BOXED =
  /^\[(?<word>(?:Re-)?(?:Triggered|Warn|No Data|Notify|Notified|Alert)|Renotify|Recovered|Resolved|Test|Muted|Unmuted|Deleted)(?: on \{(?<scope>[^}]{0,500})\})?(?: [^\]]{0,200})?\]\s*/iu;
const BARE =
  /^(?<word>(?:Re-)?(?:Triggered|Warn|No Data|Notify|Notified|Alert)|Renotify|Recovered|Resolved|Test|Muted|Unmuted|Deleted)(?: on \{(?<scope>[^}]{0,500})\})?:\s*/iu;

/** Null: no transition stands in front. */
export function readTitle(title: string): DatadogTitle | null {
  const whole = title.trim();
  const untested = whole.replace(TEST, '$<before>');
  const priority = PRIORITY.exec(untested)?.groups?.['priority'] ?? '';
  const rest = untested.replace(PRIORITY, '');
  const found = (BOXED.exec(rest) ?? BARE.exec(rest))?.groups;
  if (found === undefined) return null;
  const { word = '', scope = '' } = found;
  const titled = rest.replace(BOXED.test(rest) ? BOXED : BARE, '').trim();
  // In mails it stands behind the transition.
  const bare = titled.replace(TEST, '').trim();
  const tested = untested !== whole || bare !== titled;
  return {
    action: tested ? 'none' : transitionAction(word),
    word,
    scope,
    severity: priority === '' ? transitionSeverity(word) : severityOf(priority),
    bare: bare === '' ? rest : bare,
    labels: tagsIn(scope),
  };
}

/** What `$ALERT_TRANSITION`, or the word in a title, does. */
export function transitionAction(word: string): AlertEvent['action'] {
  if (/^(?:test|muted|unmuted|deleted)$/iu.test(word)) return 'none';
  return /^(?:recover|resolved$|ok$)/iu.test(word) ? 'resolve' : 'trigger';
}

/** Only a warning says how bad it is. */
export const transitionSeverity = (word: string): Severity =>
  /^(?:re-)?warn/iu.test(word) ? 'warning' : 'unknown';
