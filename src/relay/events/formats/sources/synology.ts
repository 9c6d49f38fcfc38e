/** Synology DSM: `[NAS] Storage Pool 1 on NAS has degraded` and its like, in English or German. No list of them is published. */
import type { AlertEvent, Severity } from '../../types.ts';
import type { ParsedMail } from '../mail.ts';
import { normaliseSummary } from '../normalise.ts';
import type { MailSource } from '../source.ts';

const NAMED = /^\[(?<nas>[^\]]{1,64})\] ?(?<rest>.+)$/u;
/** The last line of the text. */
const SIGNED = /^(?:From|Von) (?<nas>\S.{0,63})$/mu;
/** How its mails are signed. */
const OURS =
  /^(?:(?:Sincerely|Best regards|Mit freundlichen Grüßen|Viele Grüße),? {0,3})?Synology (?:Disk|Rack|Flash)?(?:Station|NAS)\b|\bDiskStation Manager\b/imu;
const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;

/** What is neither a problem nor its end. */
const NEWS =
  /\btest (?:message|e-?mail)\b|\btestnachricht\b|\b(?:is|are|now) available\b|\bupdates?\b|\breport\b|\bbericht\b|\bblocked\b|\bblockiert\b|\b(?:scrubbing|S\.?M\.?A\.?R\.?T\.? test)\b|\b(?:has|have) (?:been )?(?:started|signed in|logged in)\b|\bverification code\b|\bverfügbar\b/iu;
const OVER =
  /\b(?:(?:(?:has|have) been|was|were) (?:repaired|restored|resumed|reconnected|fixed)|(?:returned|restored|back) to (?:normal|AC|utility|mains)\b.*|(?:is|are) (?:now )?(?:normal|healthy|back online|back to normal)|(?:has|have) (?:recovered|returned)|(?:is|came) back (?:online|up)|(?:is|has been) (?:reactivated|plugged in|connected)|operating normally|successful(?:ly)?|(?:has )?(?:been )?completed|repariert|wiederhergestellt|wieder (?:normal|online|in Ordnung|verfügbar)|erfolgreich|normal(?:er)? (?:Status|Zustand))\b/iu;
const WRONG =
  /\b(?:degraded|crashed|deactivated|at risk|power (?:failure|outage)|unplugged|could not|cannot|unable|interrupted|failed|failing|failure|fails|abnormal(?:ly)?|improper|battery mode|on battery|critical|warning|running out|low (?:on|in)|almost full|is full|bad sectors?|lost|disconnected|unavailable|offline|error|expired?|exceed(?:ed|s)|overheat\w*|not (?:working|responding)|beeinträchtigt|abgestürzt|fehlgeschlagen|fehlerhaft\w*|ausgefallen|abnormal\w*|Akkumodus|Akkubetrieb|Batteriebetrieb|fast voll|knapp|kritisch\w*|getrennt|unsachgemäß\w*)(?![\p{L}\p{N}])/iu;

const SPACE = /\b(?:space|full|capacity|quota|Speicherplatz|voll|Kapazität)\b/iu;
const BACKUP = /\b(?:backup|back up|backed up|sicherung|Hyper Backup|replication)\b/iu;
/** What has a number of its own. */
const PART =
  /\b(?<part>Storage Pool|Speicherpool|Volume|SSD Cache(?: Group)?|Drive|Disk|Laufwerk|Festplatte|Fan|Lüfter|RAID Group|M\.2 Drive)\s?\[?(?<number>\d{1,3})\b/iu;
const DRIVE = /^(?:M\.2 )?(?:drive|disk|laufwerk|festplatte)$/iu;
const UPS = /\b(?:UPS|USV)\b/u;

export const synology: MailSource = {
  name: 'synology',
  tags: true,
  read(mail) {
    const line = mail.subject.trim().slice(0, 1_000);
    if (!isSynology(mail, line)) return null;
    const found = NAMED.exec(line)?.groups;
    const rest = found?.['rest'] ?? line;
    const nas = found?.['nas'] ?? SIGNED.exec(mail.text.slice(0, 16_000))?.groups?.['nas']?.trim() ?? '';
    const action = actionOf(rest);
    if (action === null) return null;
    const about = aboutOf(rest, nas);
    return [
      {
        action,
        about: [nas, about],
        severity: severityOf(rest),
        summary: line,
        reason:
          action === 'none'
            ? 'news of DSM, neither a problem nor its end'
            : `read as a ${action === 'resolve' ? 'recovery' : 'problem'} by DSM's words`,
        host: nas,
        check: about,
        // A drive that was replaced is not mailed of, nor that nothing has happened since.
        ...(isNeverOver(rest) ? { expiresAfterMs: WEEK_MS } : {}),
      },
    ];
  },
};

/** What DSM tells once and takes back never. */
const isNeverOver = (rest: string): boolean =>
  DRIVE.test(PART.exec(rest)?.groups?.['part'] ?? '') ||
  /\b(?:improper shutdown|power failure|unsachgemäß)/iu.test(rest);

function isSynology({ headers, text, from }: ParsedMail, line: string): boolean {
  const sender = `${headers.get('x-mailer') ?? ''} ${headers.get('from') ?? from}`;
  if (/\bSynology\b|\b(?:Disk|Rack|Flash)Station\b/iu.test(sender)) return true;
  const body = text.slice(0, 16_000);
  if (OURS.test(body)) return true;
  const { nas = '', rest = line } = NAMED.exec(line)?.groups ?? {};
  const signed = SIGNED.exec(body)?.groups?.['nas']?.trim() ?? '';
  if (nas === '') return signed !== '' && isPlaced(rest, signed);
  return signed === nas || isPlaced(rest, nas);
}

/** Whether it says "on NAS". */
const isPlaced = (rest: string, nas: string): boolean => withoutPlace(rest, nas).trim() !== rest.trim();

function actionOf(rest: string): AlertEvent['action'] | null {
  const isWrong = WRONG.test(rest);
  if (NEWS.test(rest) && !isWrong) return 'none';
  if (OVER.test(rest) && !/\b(?:not|nicht|partially|teilweise)\b/iu.test(rest)) return 'resolve';
  return isWrong ? 'trigger' : null;
}

function severityOf(rest: string): Severity {
  if (BACKUP.test(rest)) return 'error';
  return SPACE.test(rest) || /\b(?:warning|expire[ds]?|bad sectors?)\b/iu.test(rest) ? 'warning' : 'critical';
}

/** `storage pool 1`; of what has no number the line without its words of state and without the box's name. */
function aboutOf(rest: string, nas: string): string {
  const facet = SPACE.test(rest) ? ' space' : '';
  const part = PART.exec(rest)?.groups;
  if (part !== undefined) return `${part['part'] ?? ''} ${part['number'] ?? ''}${facet}`;
  if (UPS.test(rest)) return 'UPS';
  const bare = rest
    .replace(WRONG, ' ')
    .replace(OVER, ' ')
    .replace(/\b(?:to back up|backed up|back up|data|task|from|of)\b/giu, ' ');
  return normaliseSummary(withoutPlace(bare, nas));
}

/** Without "on NAS", wherever it stands. */
function withoutPlace(line: string, nas: string): string {
  if (nas === '') return line;
  return ['on', 'in', 'auf', 'von'].reduce(
    (rest, place) => ` ${rest} `.replaceAll(` ${place} ${nas} `, ' '),
    line,
  );
}
