/** Sensu Go's mail handler: `Sensu Alert - ENTITY/CHECK: failing`; how bad it is stands only in the check's output. */
import type { Severity } from '../../types.ts';
import { labelsOf, linesOf } from '../labels.ts';
import type { MailSource } from '../source.ts';

/** Names of entities and checks hold neither spaces nor slashes, but checks made from paths do. */
const SUBJECT =
  /^Sensu(?: Go)?(?: Alert)?\s*[-:]\s*(?<entity>[^\s/]{1,255})\/(?<check>\S{1,255}?)\s*(?::|-|is)\s*(?<state>passing|failing|flapping)$/iu;

/** A check's exit status, where the mail's template names it. */
const STATUSES: Record<string, Severity> = { 1: 'warning', 2: 'critical' };
/** What plugins print first, by the convention of Nagios. */
const LEVELS: readonly (readonly [RegExp, Severity])[] = [
  [/\b(?:CRITICAL|CRIT)\b/u, 'critical'],
  [/\b(?:WARNING|WARN)\b/u, 'warning'],
];

export const sensuGo: MailSource = {
  name: 'sensu-go',
  read({ subject, text }) {
    const found = SUBJECT.exec(subject.trim())?.groups;
    if (found === undefined) return null;
    const { entity = '', check = '' } = found;
    const state = (found['state'] ?? '').toLowerCase();
    const labels = labelsOf(text);
    const output = labels.get('output') || (linesOf(text.slice(0, 8_000)).find((line) => line !== '') ?? '');
    const level = LEVELS.find(([pattern]) => pattern.test(output.slice(0, 200)));
    return [
      {
        action: state === 'failing' ? 'trigger' : state === 'passing' ? 'resolve' : 'none',
        about: [entity, check],
        severity: STATUSES[labels.get('status code') ?? ''] ?? level?.[1] ?? 'unknown',
        summary: `${check} on ${entity} is ${state}${output === '' ? '' : `: ${output}`}`,
        reason:
          state === 'flapping'
            ? 'flapping neither opens nor closes anything'
            : `read by its state "${state}"`,
        host: entity,
        check,
      },
    ];
  },
};
