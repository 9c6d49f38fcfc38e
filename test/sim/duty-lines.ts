/** What a line of a timeline says, read from its words as a person would. */
import { SEVERITIES, type Severity } from '../../src/relay/events/types.ts';
import type { TimelineRow } from '../../src/relay/incidents/rows.ts';

/** Somebody was told. */
export interface Told {
  /** From 0: where escalation stood. */
  level: number;
  round: number;
  /** The catch-all. */
  last: boolean;
  /** One person, beside the levels. */
  person: string | null;
  /** Only whom a host alone had not reached. */
  part: boolean;
  /** The catch-all, because no level has anybody. */
  saysNobody: boolean;
  /** The catch-all, because the level next in turn is gone. */
  saysGone: boolean;
  /** The version of the roster that the words name. */
  version: number;
  why: string;
}

export interface ReadLine {
  severity?: Severity;
  /** Given by a person. */
  policy?: string;
  /** Nobody answered in time. */
  isTime?: true;
  told?: Told;
}

const WORDS =
  /^(?:telling (?<who>.+?)|NOBODY IS LEFT TO TELL): (?<what>this person|the catch-all|level \d+)(?: \(repeat \d+ of \d+\))?, (?<why>.*) ?\(roster (?<version>\d+)\)(?:; next in .* unless somebody answers)?$/u;

export function readLine({ kind, actor, text, position }: TimelineRow): ReadLine {
  if (kind === 'opened') return { severity: severityIn(/^opened by [^,]*, (?<severity>\w+):/u.exec(text)) };
  if (kind === 'severity') return { severity: severityIn(/ to (?<severity>\w+)$/u.exec(text)) };
  if (kind === 'reassigned') {
    const policy = /^reassigned to policy (?<policy>\S+) by /u.exec(text)?.groups?.['policy'];
    return policy === undefined ? {} : { policy };
  }
  if (kind === 'escalate' && actor === 'relay' && !text.startsWith('level ')) return { isTime: true };
  const groups = WORDS.exec(text)?.groups;
  if (position === undefined || groups === undefined) return {};
  const { who = '', what = '', why = '', version } = groups;
  return {
    told: {
      level: position.level,
      round: position.round,
      last: what === 'the catch-all' || position.catchAll,
      person: what === 'this person' ? who : null,
      part: why.startsWith('whom no page of '),
      saysNobody: / has (?:nobody on call|no level for \w+) $/u.test(why),
      saysGone: why.includes(' no longer exists '),
      version: Number(version),
      why: why.trimEnd(),
    },
  };
}

function severityIn(match: RegExpExecArray | null): Severity {
  const severity = SEVERITIES.find((one) => one === match?.groups?.['severity']);
  if (severity === undefined) throw new Error(`no severity in "${match?.input ?? 'a line'}"`);
  return severity;
}
