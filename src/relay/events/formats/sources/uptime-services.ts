/** Mails of services that look at pages from outside: Pingdom, UptimeRobot, StatusCake. Down and up again, by a name. */
import { linksIn } from '../labels.ts';
import { normaliseSummary } from '../normalise.ts';
import type { MailSource, Reading } from '../source.ts';

/** `DOWN alert: NAME (HOST) is DOWN`; by SMS gateways `PingdomAlert DOWN: …`. */
const PINGDOM =
  /^(?:Pingdom ?Alert:? )?(?:DOWN|UP)(?: alert)?: (?<name>.{1,500}?) is (?<state>DOWN|UP)(?: .{0,200})?$/u;
/** `Monitor is DOWN: NAME`. */
const ROBOT =
  /^(?:[^\p{L}\p{N}[]{1,6})?(?:\[[^\]]{1,60}\] )?Monitor is (?<state>DOWN|UP)(?: again)?: (?<name>.{1,500})$/iu;
/** `Website Down: NAME`, `Website Up: NAME`, and the same after other words. */
const CAKE =
  /^(?:StatusCake[:\s-]{1,5})?(?:Website|Site|Server|Uptime|Heartbeat|Test|Alert)(?: is)?(?: Back)? (?<state>Down|Up): (?<name>.{1,500})$/iu;

const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;
const CERTIFICATE = /\b(?:SSL|TLS|certificate|domain)\b.{0,200}\bexpir/iu;
const NEWS =
  /\b(?:test (?:alert|e-?mail|notification|message)|report|newsletter|invoice|receipt|welcome|paused|resumed|started monitoring|maintenance)\b/iu;

const TROUBLE = /\b(?:down|offline|unreachable|failed|failing|error|timeout|not responding)\b/iu;

export const pingdom = service('pingdom', /@(?:[\w-]+\.)*pingdom\.com$/u, PINGDOM);
export const uptimerobot = service('uptimerobot', /@(?:[\w-]+\.)*uptimerobot\.com$/u, ROBOT);
export const statuscake = service('statuscake', /@(?:[\w-]+\.)*statuscake\.com$/u, CAKE);

/** `sender`: its own addresses; their mail may go through others, but its subjects are known. */
function service(name: string, sender: RegExp, pattern: RegExp): MailSource {
  return {
    name,
    read({ subject, text, from }) {
      const line = subject.trim().slice(0, 1_000);
      const isSender = sender.test(from);
      const found = pattern.exec(line)?.groups;
      if (found !== undefined && (isSender || name !== 'statuscake')) {
        const { state = '' } = found;
        const about = found['name'] ?? '';
        const isUp = state.toUpperCase() === 'UP';
        return [
          {
            action: isUp ? 'resolve' : 'trigger',
            about: [about],
            severity: 'critical',
            summary: line,
            reason: `read by its state "${state}"`,
            check: about,
            links: linksIn(text).slice(0, 1),
          },
        ];
      }
      return isSender ? (others(line) ?? worded(line)) : null;
    },
  };
}

/** Their state in other words: `Your site "Blog" has gone down!` */
const WORDED =
  /^(?<name>.{1,500}?)['"”]? (?:is|has gone|went|has come|came)(?: currently| back| now| again){0,3} (?<state>down|offline|up|online)(?: again)?[.!]?$/iu;

function worded(line: string): Reading[] | null {
  const found = WORDED.exec(line)?.groups;
  if (found === undefined) return null;
  const { name = '', state = '' } = found;
  return [
    {
      action: /^(?:up|online)$/iu.test(state) ? 'resolve' : 'trigger',
      about: [
        normaliseSummary(name.replace(/^(?:(?:down|up) alert:|alert:|your (?:site|website|test)) ?/iu, '')),
      ],
      severity: 'critical',
      summary: line,
      reason: `read by its state "${state}"`,
      check: name,
    },
  ];
}

/** What else they mail; null: the general reader's. */
function others(line: string): Reading[] | null {
  if (CERTIFICATE.test(line)) {
    const about = line.replaceAll(
      /\b(?:in|after|on|within)? ?(?:\d+|[\d-]{8,10}) ?(?:days?|hours?)?\b/giu,
      ' ',
    );
    return [
      {
        action: 'trigger',
        about: ['certificate', about],
        severity: 'warning',
        summary: line,
        reason: 'a certificate or a domain that ends soon',
        // That it was renewed is never mailed; while it isn't, they remind.
        expiresAfterMs: WEEK_MS,
      },
    ];
  }
  // "Report server is unreachable": a monitor's name may have any word in it.
  if (!NEWS.test(line) || TROUBLE.test(line)) return null;
  return [
    {
      action: 'none',
      about: ['news'],
      severity: 'info',
      summary: line,
      reason: 'a test, a report or news, whose alerts come by themselves',
    },
  ];
}
