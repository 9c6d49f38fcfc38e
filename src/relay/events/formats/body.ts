/** What a mail's body adds when its subject leaves something open. */
import type { Severity } from '../types.ts';
import { MEANINGS } from './vocabulary.ts';

const LINES_MAX = 60;
const LINE_MAX = 300;

/** The first lines of a body, trimmed and cut, blank ones left out. */
export function bodyLines(text: string): string[] {
  return text
    .slice(0, LINES_MAX * LINE_MAX)
    .split(/\r?\n|\r/, LINES_MAX * 2)
    .map((line) => line.slice(0, LINE_MAX).trim())
    .filter((line) => line !== '')
    .slice(0, LINES_MAX);
}

const STATE_LABELS = new Set([
  'notification type',
  'type',
  'state',
  'status',
  'new state',
  'alert state',
  'alert status',
  'current state',
  'event',
]);
const SEVERITY_LABELS = new Set(['severity', 'priority', 'level', 'alert level', 'urgency']);

/** The state a labelled line gives (`State: OK`, `Notification Type: RECOVERY`), or a body that is one state word. */
export function stateFromBody(
  lines: readonly string[],
): { state: 'problem' | 'recovery' | 'neither'; severity: Severity; line: string } | null {
  const only =
    lines.length === 1 ? MEANINGS.get(lines[0]?.toLowerCase().replace(/[.!]+$/, '') ?? '') : undefined;
  if (only !== undefined) return { state: only.state, severity: only.severity, line: lines[0] ?? '' };
  for (const line of lines) {
    const meaning = MEANINGS.get(labelled(line, STATE_LABELS) ?? '');
    if (meaning !== undefined) return { state: meaning.state, severity: meaning.severity, line };
  }
  return null;
}

/** The severity a labelled line gives (`Severity: high`). */
export function severityFromBody(lines: readonly string[]): Severity {
  for (const line of lines) {
    const value = labelled(line, SEVERITY_LABELS);
    if (value !== null) return severityOf(value);
  }
  return 'unknown';
}

const SEVERITIES_BY_NAME: ReadonlyMap<string, Severity> = new Map([
  ...'critical crit emergency emerg alert fatal disaster page blocker highest urgent p0 p1 sev0 sev1'
    .split(' ')
    .map((word): [string, Severity] => [word, 'critical']),
  ...'error err major high p2 sev2'.split(' ').map((word): [string, Severity] => [word, 'error']),
  ...'warning warn minor medium moderate average p3 sev3'
    .split(' ')
    .map((word): [string, Severity] => [word, 'warning']),
  ...'info information informational notice low lowest debug ok normal p4 p5 sev4 sev5'
    .split(' ')
    .map((word): [string, Severity] => [word, 'info']),
]);

/** Our severity for the names that sources use; `unknown` for any other. */
export function severityOf(name: string): Severity {
  return SEVERITIES_BY_NAME.get(name.trim().toLowerCase()) ?? 'unknown';
}

/** The first word behind a label: `State: CRITICAL (3)` gives critical. */
function labelled(line: string, labels: ReadonlySet<string>): string | null {
  const at = line.search(/[:=]/);
  if (at < 1 || at > 40) return null;
  if (!labels.has(line.slice(0, at).replace(/[*#_]/g, '').trim().toLowerCase())) return null;
  return /^[\s*_]*([a-z]+\d?)/i.exec(line.slice(at + 1))?.[1]?.toLowerCase() ?? null;
}
