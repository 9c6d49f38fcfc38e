/** Mails of services that watch from outside and tell of themselves: Dead Man's Snitch, Site24x7, Statuspage. */
import type { AlertEvent, Severity } from '../../types.ts';
import { labelsOf, linksIn } from '../labels.ts';
import { readLine } from '../normalise.ts';
import type { MailSource } from '../source.ts';

const FROM_SNITCH = /@(?:[\w-]{1,63}\.){0,3}deadmanssnitch\.com$/u;
/** `[MISSING] NAME has not checked in`, and as it was before: `"NAME" has not reported in`. */
const SNITCH =
  /^(?:\[(?<mark>[A-Z]{4,12})\] )?["“]?(?<name>[^[\s].{0,500}?)["”]? (?<said>has(?:n't| not) (?:checked|reported) in|is missing|has (?:checked|reported)(?: back)? in|(?:is|has started) reporting(?: again)?|has reported (?:an error|errors)|has errored|is (?:healthy|paused)(?: again)?|was paused)\b.{0,100}$/iu;
const SNITCH_LINK = /https?:\/\/deadmanssnitch\.com\/snitches\/(?<id>[\da-f]{6,40})\b/u;

export const deadMansSnitch: MailSource = {
  name: 'dead-mans-snitch',
  tags: true,
  read({ subject, text, from }) {
    const found = FROM_SNITCH.test(from) ? SNITCH.exec(subject.trim().slice(0, 1_000))?.groups : undefined;
    if (found === undefined) return null;
    const { name = '', said = '' } = found;
    return [
      {
        action: snitchAction(said.toLowerCase()),
        // Snitches of two teams may have one name.
        about: [SNITCH_LINK.exec(text.slice(0, 16_000))?.groups?.['id'] ?? name],
        severity: 'unknown',
        summary: `${name} ${said}`,
        reason: `read by its words "${said}"`,
        check: name,
        links: linksIn(text).slice(0, 1),
      },
    ];
  },
};

function snitchAction(said: string): AlertEvent['action'] {
  if (said.includes('paused')) return 'none';
  return /not|n't|missing|error/u.test(said) ? 'trigger' : 'resolve';
}

const FROM_SITE24X7 = /@(?:[\w-]{1,63}\.){0,3}site24x7\.(?:com|eu|in|net\.au|cn|jp)$/u;
const SITE24X7 =
  /^(?:\[?Site24x7\]?(?: Alert)?[:\s-]{1,3})?(?:(?:DOWN|UP|TROUBLE|CRITICAL) alert: )?(?:Your monitor )?(?<name>.{1,500}?) is (?:back )?(?<state>Down|Up|Trouble|Critical)(?: (?:since|from|at)\b.{0,200})?[.!]?$/iu;
const SITE24X7_NEWS =
  /\b(?:daily|weekly|monthly|quarterly|yearly|performance|availability|sla|uptime|scheduled) (?:[\w-]{1,20} ){0,3}(?:report|summary|digest)\b|\b(?:report|summary|digest)$|\bnewsletter\b|^(?:Scheduled )?maintenance\b|\b(?:suspended|activated) monitor/iu;
const SITE24X7_LEVELS: Readonly<Record<string, Severity>> = {
  down: 'critical',
  critical: 'critical',
  trouble: 'warning',
};

export const site24x7Mail: MailSource = {
  name: 'site24x7',
  tags: true,
  read({ subject, text, from }) {
    if (!FROM_SITE24X7.test(from)) return null;
    const line = subject.trim().slice(0, 1_000);
    const found = SITE24X7.exec(line)?.groups;
    if (found === undefined) {
      // A report names monitors that were down, and each of them was told by itself; a monitor may be named after one.
      if (!SITE24X7_NEWS.test(line) || readLine(line).state.verdict === 'problem') return null;
      return [
        { action: 'none', about: [line], severity: 'info', summary: line, reason: 'a report, and no alert' },
      ];
    }
    const { name = '', state = '' } = found;
    const said = labelsOf(text).get('reason') ?? '';
    return [
      {
        action: state.toLowerCase() === 'up' ? 'resolve' : 'trigger',
        about: [name],
        severity: SITE24X7_LEVELS[state.toLowerCase()] ?? 'unknown',
        summary: `${name} is ${state}${said === '' ? '' : `: ${said}`}`,
        reason: `read by its state "${state}"`,
        check: name,
        links: linksIn(text).slice(0, 1),
      },
    ];
  },
};

/** `[PAGE] Investigating: TITLE`. */
const STATUSPAGE =
  /^\[(?<page>[^\]]{1,200})\] (?<state>Investigating|Identified|Monitoring|Update|Resolved|Postmortem|Scheduled|Scheduled Maintenance|In Progress|Verifying|Completed)(?: -|:) (?<title>.{1,500})$/iu;
const OF_STATUSPAGE = /@(?:[\w-]{1,63}\.){0,3}statuspage\.io$/u;
const STATUSPAGE_STATES: Readonly<Record<string, AlertEvent['action']>> = {
  investigating: 'trigger',
  identified: 'trigger',
  resolved: 'resolve',
};

export const statuspageMail: MailSource = {
  name: 'statuspage',
  tags: true,
  read({ subject, text, from }) {
    const found = STATUSPAGE.exec(subject.trim().slice(0, 1_000))?.groups;
    if (found === undefined) return null;
    if (!OF_STATUSPAGE.test(from) && !/https?:\/\/stspg\.io\//u.test(text.slice(0, 16_000))) return null;
    const { page = '', state = '', title = '' } = found;
    const action = STATUSPAGE_STATES[state.toLowerCase()] ?? 'none';
    return [
      {
        action,
        about: [page, title],
        severity: 'unknown',
        summary: `${page}: ${title}`,
        reason:
          action === 'none' ? `"${state}" neither opens nor closes anything` : `read by its state "${state}"`,
        check: title,
        links: linksIn(text).slice(0, 1),
      },
    ];
  },
};
