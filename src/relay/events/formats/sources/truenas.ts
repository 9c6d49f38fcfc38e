/** TrueNAS: every mail has the same subject. What is new and what has been cleared stands in lists of sentences. */
import type { AlertEvent, Severity } from '../../types.ts';
import { linesOf } from '../labels.ts';
import type { MailSource, Reading } from '../source.ts';

const SUBJECT = /^(?:True|Free)NAS (?<host>.{1,255}): (?:Alerts|Test\b.{0,60})$/u;
const BULLET = /^[*•-] /u;
const ITEMS_MAX = 200;

/** What a list holds, by the line above it. */
const HEADS: readonly (readonly [RegExp, 'trigger' | 'resolve' | null])[] = [
  [/^New alerts?:$/iu, 'trigger'],
  [/^The(?:se| following) alerts? ha(?:s|ve) been cleared:$/iu, 'resolve'],
  // All of them once more, with those that are known already.
  [/^Current alerts?:$/iu, null],
];

/** The middleware's own levels of its alerts, which a mail doesn't say. The first that fits. */
const LEVELS: readonly (readonly [RegExp, Severity])[] = [
  [
    /^Cloud (?:sync|backup) task\b|\baudit (?:database|service|query)\b|^NFS shares have|\/etc\/exports\.d/iu,
    'error',
  ],
  [/^Space usage for pool \S+ is (?:9[5-9]|100)\b/iu, 'critical'],
  [
    /^Space usage\b|\bquota\b.{0,200} exceeded on dataset|\blocked dataset\b|\bis expiring within\b|\bSSH login failures\b|\bAPI login failures\b|\bNTP health check\b|\bVMWare\b|\bmore snapshots\b|\bself-?test\.$|\buncorrectable errors reported\b|\bScrub for pool\b|\bCore files\b|\bare not healthy\.$|\biSCSI\b|\bNTLMv1\b|\bhave expired:/iu,
    'warning',
  ],
  [
    /\b(?:DEGRADED|FAULTED|OFFLINE|UNAVAIL|SUSPENDED|unreadable|uncorrectable|failed|failure|failing|expired|inaccessible|lost|critical|low)\b|\bis on battery power\b|\bneeds replacement\b|\btemperature\b/iu,
    'critical',
  ],
];
/** Its level INFO: nothing is wrong. */
const NEWS =
  /\bsystem update is available\b|\bUpdates are available\b|\bNew (?:ZFS version or )?feature flags\b|\bScrub of pool .{1,100} (?:started|finished)\b|\bis healthy\.$|\bcompleted successfully\b|\bConfirmation is pending\b/iu;
/** What is listed as new though it is the end of something. */
const ENDS = /\bsucceeded\.$|\bis on line power\b|^Communication with UPS .{1,100} established\b/iu;

export const truenas: MailSource = {
  name: 'truenas',
  read({ subject, text }) {
    const host = SUBJECT.exec(subject.trim())?.groups?.['host'];
    if (host === undefined) return null;
    const told = itemsIn(text);
    const isNew = new Set(told.filter(({ cleared }) => !cleared).map(({ sentence }) => topicOf(sentence)));
    const readings = told
      // Worded anew, it is listed as cleared and as new at once: it goes on.
      .filter(({ cleared, sentence }) => !cleared || !isNew.has(topicOf(sentence)))
      .map(({ cleared, sentence }) => reading(host, cleared, sentence));
    if (readings.length > 0) return readings;
    if (!/\btest (?:alert|message|mail)\b/iu.test(text.slice(0, 4_000))) return null;
    return [
      {
        action: 'none',
        about: [host, 'test'],
        severity: 'info',
        summary: `${host}: a test`,
        reason: 'a test of TrueNAS',
        host,
      },
    ];
  },
};

/** Under the sentence of a pool, a list of its own of what is wrong with its devices. */
const DEVICES = /^The following devices are not healthy:$/u;
const DEVICE = /^.{1,300} is (?:DEGRADED|FAULTED|OFFLINE|REMOVED|UNAVAIL)$/u;

/** Sentences go on over lines; without the text part there are no bullets, and each has a line of its own. */
function itemsIn(text: string): { cleared: boolean; sentence: string }[] {
  const lines = linesOf(text);
  const hasBullets = lines.some((line) => BULLET.test(line));
  const items: { cleared: boolean; sentence: string }[] = [];
  let action: 'trigger' | 'resolve' | null = null;
  let isOpen = false;
  let isOfDevices = false;
  for (const line of lines) {
    const said = line.replace(BULLET, '');
    const head = HEADS.find(([pattern]) => pattern.test(line));
    const last = items.at(-1);
    if (head !== undefined) {
      [, action] = head;
      isOpen = false;
      isOfDevices = false;
    } else if (line === '') isOpen = false;
    // A list's footer, a signature.
    else if (/^[_-]{2,80}$/u.test(line)) action = null;
    else if (action === null || items.length >= ITEMS_MAX) isOpen = false;
    else if (last !== undefined && (DEVICES.test(said) || (isOfDevices && DEVICE.test(said)))) {
      isOfDevices = true;
      if (last.sentence.length < 2_000) last.sentence += ` ${said}`;
    } else if (hasBullets && !BULLET.test(line)) {
      if (isOpen && last !== undefined && last.sentence.length < 2_000) last.sentence += ` ${line}`;
    } else {
      items.push({ cleared: action === 'resolve', sentence: said });
      isOpen = true;
      isOfDevices = false;
    }
  }
  return items;
}

function reading(host: string, cleared: boolean, sentence: string): Reading {
  const action: AlertEvent['action'] =
    cleared || ENDS.test(sentence) ? 'resolve' : NEWS.test(sentence) ? 'none' : 'trigger';
  return {
    action,
    about: [host, topicOf(sentence)],
    severity: LEVELS.find(([pattern]) => pattern.test(sentence))?.[1] ?? 'unknown',
    summary: `${host}: ${sentence}`,
    reason: cleared
      ? 'it stands under cleared alerts'
      : action === 'none'
        ? 'TrueNAS tells of it, and nothing is wrong'
        : 'it stands under new alerts',
    host,
  };
}

/** What a sentence is about: without its state, amounts and reasons. Numbers in quotes are names. */
function topicOf(sentence: string): string {
  const line = sentence.slice(0, 1_000).toLowerCase();
  const [, pool] =
    /^(?:.{1,40} - )?(?:the )?(boot pool|(?:pool|volume) \S{1,255}) (?:state|status) is\b/u.exec(line) ?? [];
  if (pool !== undefined) return `${pool} state`;
  const [, ups] = /\bups (\S{1,255}) is on (?:battery|line) power/u.exec(line) ?? [];
  if (ups !== undefined) return `ups ${ups} power`;
  const [task] = /^.{1,300}?(?= (?:failed|succeeded|lost|established)\b)/u.exec(line) ?? [];
  return (task ?? line)
    .replaceAll(/(?<!["'`\w./-])\d[\d.,]{0,20}(?![\w"'`/-])\s?(?:%|gib|mib|kib|tib|°?c\b)?/gu, ' ')
    .replaceAll(/\s{1,100}/gu, ' ')
    .trim();
}
