/** What other pagers mail of their incidents: Opsgenie, PagerDuty, Better Stack. By their own numbers and names. */
import type { AlertEvent } from '../../types.ts';
import { severityOf } from '../body.ts';
import { labelsOf, linesOf, linksIn } from '../labels.ts';
import { readLine } from '../normalise.ts';
import type { MailSource, Reading } from '../source.ts';

/** Who is on call from now on is no alert, whichever of them says so. */
const ON_CALL =
  /\b(?:you(?:'re|’re| are) (?:now |currently |no longer )?(?:going )?(?:on|off)[- ]?call|you (?:will be|go) (?:on|off)[- ]?call|on[- ]?call (?:shift|schedule|reminder|handoff|hand-off|rotation))\b/iu;

const news = (line: string, reason: string): Reading[] => [
  { action: 'none', about: [line], severity: 'info', summary: line, reason },
];

const aboutShift = (line: string): Reading[] | null =>
  ON_CALL.test(line) && !UNCOVERED.test(line) && !isProblem(line)
    ? news(line, 'it says who is on call, and is no alert')
    : null;

/** Then there is something to do. */
const UNCOVERED = /\b(?:no[ -]one|nobody|gaps?|empty|uncovered|unacknowledged|triggered|expired)\b/iu;
const isProblem = (line: string): boolean => {
  const { verdict, generic } = readLine(line).state;
  return verdict === 'problem' && !generic;
};

/** A tag that some alias put in front is gone with it. */
const OPSGENIE = /^(?:\[[^\]]{1,60}\] ){0,2}?\[?Opsgenie\]?[\s:|-]{0,5}/iu;
const FROM_OPSGENIE = /@(?:[\w-]{1,63}\.){0,3}opsgenie\.(?:net|com)$/u;
const OPSGENIE_ENDS = /\balert (?:has been |was |is )?(?:auto-?)?(?:closed|resolved)\b|\bclosed alert\b/iu;
const OPSGENIE_OPENS =
  /\balert (?:has been |was |is )?(?:opened|open|created|escalated|re-?opened|un-?acknowledged)\b|\b(?:new|open|created) alert\b/iu;
const OPSGENIE_TALK =
  /^(?:alert (?:has been |was |is )?(?:acknowledged|assigned|snoozed|unsnoozed|seen|viewed|updated|deleted|owned|taken)|(?:acknowledged|assigned|snoozed) alert|(?:note|comment|tag|responder|team|detail|attachment)s? (?:added|removed)|(?:priority|message|description|owner(?:ship)?) (?:of alert )?(?:changed|updated|taken|set)|\S{1,100} added a (?:note|comment))\b/iu;
const ALERT_NUMBER = /#(?<id>\d{1,9})\b/u;
const PRIORITY = /(?<![\w-])(?<level>P[1-5])(?![\w-])/u;

export const opsgenie: MailSource = {
  name: 'opsgenie',
  tags: true,
  read({ subject, text, from }) {
    const line = subject.trim().slice(0, 1_000);
    if (!OPSGENIE.test(line) && !FROM_OPSGENIE.test(from)) return null;
    const said = line.replace(OPSGENIE, '');
    const colon = said.indexOf(': ');
    const found = ALERT_NUMBER.exec(said);
    // Farther behind it is a number of the alert's own.
    const number = found !== null && (colon === -1 || found.index <= colon + 2) ? found : null;
    if (number === null && colon === -1) return aboutShift(said);
    // What was done stands in front of the number, the alert's own words behind it.
    const done = said.slice(0, number?.index ?? colon);
    const title = said
      .slice(number === null ? colon + 1 : number.index + number[0].length)
      .replace(/^[\s:"'[\]-]{0,5}(?:P[1-5]["'\]]?)?[\s:-]{0,5}/u, '');
    // In words that are not known it opens, under the number by which it will be closed.
    const action =
      actionOf(done, OPSGENIE_ENDS, OPSGENIE_OPENS, OPSGENIE_TALK) ?? (number === null ? null : 'trigger');
    if (action === null) return aboutShift(said);
    const labels = labelsOf(text);
    const level = PRIORITY.exec(said)?.groups?.['level'] ?? labels.get('priority') ?? '';
    return [
      {
        action,
        about: [number?.groups?.['id'] ?? title],
        severity: OPSGENIE_LEVELS[level.toUpperCase()] ?? 'unknown',
        summary: title || line,
        reason: reasonOf(action, done.trim()),
        check: title,
        links: linksIn(text).slice(0, 1),
      },
    ];
  },
};

/** As for its API. */
const OPSGENIE_LEVELS: Readonly<Record<string, Reading['severity']>> = {
  P1: 'critical',
  P2: 'error',
  P3: 'warning',
  P4: 'info',
  P5: 'info',
};

/** Null: none of its words. What ends counts first: an alert that was opened and closed is closed. */
function actionOf(said: string, ends: RegExp, opens: RegExp, talk: RegExp): AlertEvent['action'] | null {
  if (ends.test(said)) return 'resolve';
  if (opens.test(said)) return 'trigger';
  return talk.test(said) ? 'none' : null;
}

const reasonOf = (action: AlertEvent['action'], said: string): string =>
  action === 'none' ? `"${said}" neither opens nor closes anything` : `read by its words "${said}"`;

const FROM_PAGERDUTY = /@(?:(?<account>[\w-]{1,63})\.)?(?:[\w-]{1,63}\.)?pagerduty\.com$/u;
/** `[#12] [Triggered] TITLE`, `[Triggered] Incident #12 (TITLE)`, `[PagerDuty] [Triggered] …`. */
const PAGERDUTY_BOX =
  /^(?:\[(?:#\d{1,12}|PagerDuty|[^\]#]{1,60}#\d{1,12})\] ?)?\[(?<state>[^\]]{3,40})\] ?(?<title>.{0,900})$/u;
const PAGERDUTY_NUMBER = /#(?<id>\d{1,12})\b/u;

export const pagerDutyMail: MailSource = {
  name: 'pagerduty',
  tags: true,
  read({ subject, text, from }) {
    const sender = FROM_PAGERDUTY.exec(from);
    if (sender === null) return null;
    const line = subject.trim().slice(0, 1_000);
    const found = PAGERDUTY_BOX.exec(line)?.groups;
    const id = PAGERDUTY_NUMBER.exec(line.slice(0, 120))?.groups?.['id'];
    if (found === undefined || id === undefined) return aboutShift(line);
    const { state = '', title = '' } = found;
    const action = actionOf(
      state,
      /^resolved\b/iu,
      /^(?:triggered|assigned|re-?assigned|escalated|re-?opened|un-?acknowledged|delegated)\b/iu,
      /^(?:acknowledged|notes?(?: added)?$|status update|snoozed|responder|priority|merged|subscribed|updated?$|annotated|urgency)/iu,
    );
    if (action === null) return null;
    const name = title
      .replace(/^Incident #\d{1,12}[\s:-]{0,3}/u, '')
      .replace(/^\((?<in>.{1,800})\)$/u, '$<in>');
    return [
      {
        action,
        about: [sender.groups?.['account'] ?? '', id],
        severity: severityOf(labelsOf(text).get('severity') ?? ''),
        summary: name === '' ? line : name,
        reason: reasonOf(action, state),
        check: labelsOf(text).get('service') ?? '',
        links: linksIn(text).slice(0, 1),
      },
    ];
  },
};

const FROM_BETTER_STACK = /@(?:[\w-]{1,63}\.){0,3}(?:betterstack|betteruptime)\.com$/u;
/** `New incident: NAME`, `Incident resolved: NAME`, `Resolved incident: NAME`. */
const BETTER_STACK =
  /^(?:(?<first>New|Started|Ongoing|Acknowledged|Resolved|Escalated|Reopened) incident|Incident (?<last>started|opened|acknowledged|resolved|escalated|re-?opened)): (?<name>.{1,500}?)(?: is (?:down|up))?$/iu;

export const betterStackMail: MailSource = {
  name: 'better-stack',
  read({ subject, text, from }) {
    const line = subject.trim().slice(0, 1_000);
    const found = FROM_BETTER_STACK.test(from) ? BETTER_STACK.exec(line)?.groups : undefined;
    if (found === undefined) return FROM_BETTER_STACK.test(from) ? aboutShift(line) : null;
    const { first = '', last = '', name = '' } = found;
    const state = (first || last).toLowerCase();
    const action = state === 'resolved' ? 'resolve' : state === 'acknowledged' ? 'none' : 'trigger';
    const cause = linesOf(text).find((one) => one.startsWith('Cause: ')) ?? '';
    return [
      {
        action,
        about: [name],
        severity: 'unknown',
        summary: cause === '' ? name : `${name}: ${cause.slice('Cause: '.length)}`,
        reason: reasonOf(action, state),
        check: name,
        links: linksIn(text).slice(0, 1),
      },
    ];
  },
};
