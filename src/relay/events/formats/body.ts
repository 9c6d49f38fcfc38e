/** What a mail's body adds when its subject leaves something open. */
import type { Severity } from '../types.ts';
import { isHostLike } from './names.ts';
import { readLine } from './normalise.ts';
import type { ReadLine } from './normalise.ts';
import { meaningOf } from './vocabulary.ts';

const LINES_MAX = 60;
const LINE_MAX = 300;

/** The first lines of a body, trimmed and cut, blank ones left out. */
export function bodyLines(text: string): string[] {
  return text
    .slice(0, LINES_MAX * LINE_MAX)
    .split(/\r?\n|\r/, LINES_MAX * 2)
    .map((line) => line.slice(0, LINE_MAX).trim())
    .filter((line) => line !== '')
    .flatMap(pairsIn)
    .slice(0, LINES_MAX);
}

/** A line of nothing but `devname="fw1" level=warning msg="…"`, as firewalls and logfmt write it, is a line for each. */
function pairsIn(line: string): string[] {
  const pairs = line.match(PAIR) ?? [];
  const isAllPairs =
    pairs.length >= PAIRS_MIN && pairs.reduce((sum, { length }) => sum + length + 1, 0) >= line.length;
  if (!isAllPairs) return [line];
  const said = pairs.map((pair) => pair.replaceAll('"', ''));
  // A log's status is that of what it logs: `msg="db write failed" status=ok`.
  const isWrong = said.some((pair) => {
    const { verdict, generic } = readLine(SAYS.exec(pair)?.groups?.['said'] ?? '').state;
    return verdict === 'problem' && !generic;
  });
  return isWrong ? said.filter((pair) => !STATES.test(pair)) : said;
}

const PAIR = /\b[a-z][\w.-]{0,30}=(?:"[^"]{0,200}"|[^\s"]{1,200})/gi;
const PAIRS_MIN = 4;
const SAYS = /^(?:msg|message|error|err|logdesc)=(?<said>.{1,200})/i;
const STATES = /^(?:state|status|result|action|event|type)=/i;

const setOf = (names: string): ReadonlySet<string> => new Set(names.split(', '));
/** What kind of message it is; what the states are now; what it began with: the first of these that says anything counts. */
const TYPE_LABELS = setOf('notification type, notificationtype');
const NOW_LABELS = setOf(
  'state, status, new state, new status, alert state, alert status, current state, zustand, état, etat, estado, stato, ' +
    'toestand, stan, tillstånd, статус, состояние, 状态, 狀態, 状態, 상태',
);
const EVENT_LABELS = setOf('type, event, event type, event direction');
const SEVERITY_LABELS = setOf(
  'severity, priority, level, alert level, urgency, event severity, alarm severity, schweregrad, gravité, gravedad, gravità, ernst, важность, 级别, 等级, 重要度, 심각도',
);
const HOST_LABELS = setOf(
  'host, hostname, host name, node, node name, device, device name, devname, server, server name, system, system name, ' +
    'system host name, machine, computer, appliance, nas name, name, agent, entity, source host, ip, ip address, address, ' +
    'gerät, rechner, rechnername, hôte, équipement, equipo, servidor, dispositivo, nome host, urządzenie, сервер, узел, хост, устройство, 主机, 主機, 主机名, 设备, ホスト, ホスト名, サーバ, サーバー, 호스트, 서버',
);
const OBJECT_LABELS = setOf(
  'target, object, object name, resource, resource name, component, instance, interface, datastore, volume, pool, disk, drive, slot, ' +
    'job, job name, database, queue, filesystem, file system, mount point, partition, service, service name, check, monitor, ' +
    'sensor, sensor id, sensor name, vm, virtual machine, komponente, dienst, objekt, composant, objet, ressource, componente, recurso, servicio, oggetto, onderdeel',
);
const MESSAGE_LABELS = setOf(
  'message, msg, event message, alarm message, alert message, description, details, alert, alarm, subject, summary, condition, event, problem, ' +
    'event description, nachricht, meldung, beschreibung, mensaje, descripción, messaggio, descrizione, bericht, mensagem, descrição, meddelande, сообщение',
);

/** What a line of the body says, when it says a state. */
export interface LineState {
  state: 'problem' | 'recovery' | 'neither';
  severity: Severity;
  line: string;
}

const VALUE_MAX = 120;

/** The state a labelled line gives (`State: OK`, `Notification Type: RECOVERY`), or a body that is one state word. */
export function stateFromBody(lines: readonly string[]): LineState | null {
  const only = lines.length === 1 ? meaningOf((lines[0] ?? '').replace(/[.!]{1,20}$/, '')) : undefined;
  if (only !== undefined) return { state: only.state, severity: only.severity, line: lines[0] ?? '' };
  for (const labels of [TYPE_LABELS, NOW_LABELS, EVENT_LABELS]) {
    let well: LineState | null = null;
    for (const line of lines) {
      const value = labelled(line, labels);
      const { verdict, severity } = value === null ? NO_STATE : readLine(value).state;
      // Of several things that a mail tells the states of, one may be well and another not.
      if (verdict === 'recovery') well ??= { state: verdict, severity, line };
      else if (verdict !== 'unsure') return { state: verdict, severity, line };
    }
    if (well !== null) return well;
  }
  for (const line of lines) {
    // "Severity: Clear" is how some say that it is over.
    const value = labelled(line, SEVERITY_LABELS);
    if (value !== null && OVER.has(firstWord(value))) return { state: 'recovery', severity: 'unknown', line };
  }
  return null;
}

const NO_STATE = { verdict: 'unsure', severity: 'unknown' } as const;
const OVER = setOf('clear, cleared, ok, recovered, repaired, resolved, normal');

/** The severity a labelled line gives (`Severity: high`). */
export function severityFromBody(lines: readonly string[]): Severity {
  for (const line of lines) {
    const value = labelled(line, SEVERITY_LABELS);
    if (value !== null) return severityOf(firstWord(value));
  }
  return 'unknown';
}

/** The host that a labelled line names (`Host: web1`), lower-cased; empty when none does. */
export function hostFromBody(lines: readonly string[]): string {
  for (const line of lines) {
    const value = labelled(line, HOST_LABELS);
    const name = value === null ? '' : (/^[^\s,;()<>[\]"']{1,255}/u.exec(value)?.[0] ?? '');
    if (name !== '') return name.toLowerCase().replace(/[.:]{1,9}$/, '');
  }
  return '';
}

/** What a labelled line names besides the host (`Target: ds-ssd-01`), lower-cased; empty when none does. */
export function objectFromBody(lines: readonly string[]): string {
  for (const line of lines) {
    const value = labelled(line, OBJECT_LABELS);
    if (value === null || value === '' || value.length > OBJECT_MAX || /^[\d.,]+\s?%/.test(value)) continue;
    const { state, subject } = readLine(value);
    if (state.verdict !== 'unsure') continue;
    const name = subject === '' && /^\d{1,4}$/.test(value) ? value : subject;
    if (name !== '') return name;
  }
  return '';
}

const OBJECT_MAX = 80;

/** The line of a body that says what it is about: a labelled message, else the first that tells something. */
export function tellingLine(lines: readonly string[]): ReadLine | null {
  for (const line of lines) {
    const value = labelled(line, MESSAGE_LABELS);
    const read = value === null ? null : readLine(value);
    if (read?.tells === true) return read;
  }
  for (const line of lines.slice(0, TELLING_MAX)) {
    if (isLabelled(line)) continue;
    const read = readLine(firstClause(line));
    if (read.tells && read.state.verdict !== 'unsure') return read;
  }
  for (const line of lines.slice(0, TELLING_MAX)) {
    if (isLabelled(line)) continue;
    const read = readLine(line);
    if (read.tells) return read;
  }
  return null;
}

/** The line that says a state where a subject says none: a labelled message, else the first sentence that does; null: none. */
export function statingLine(lines: readonly string[]): ReadLine | null {
  const labelledOnes = lines.flatMap((line) => labelled(line, MESSAGE_LABELS) ?? []);
  const sentences = lines.slice(0, TELLING_MAX).filter((line) => !isLabelled(line));
  for (const line of [...labelledOnes, ...sentences]) {
    for (const part of new Set([firstClause(line), line])) {
      const read = readLine(part);
      if (read.state.verdict === 'problem' || read.state.verdict === 'recovery') return read;
    }
  }
  return null;
}

/** `Location : Rack 4`; a time of day in front is no label, nor is "OK: …" or "db1: service postfix is DOWN". */
function isLabelled(line: string): boolean {
  if (/^\d/.test(line) || !/^[^\s:=]{1,30}( [^\s:=]{1,30}){0,3}\s{0,20}[:=]/u.test(line)) return false;
  const label = line.slice(0, line.search(/[:=]/)).trim().toLowerCase();
  return meaningOf(label) === undefined && !isHostLike(label);
}

const TELLING_MAX = 12;

/** Up to the first comma that follows a few words: what comes after it is detail. */
function firstClause(line: string): string {
  const comma = line.indexOf(', ', 12);
  return comma === -1 ? line : line.slice(0, comma);
}

/**
 * What the body's first sentence says of a subject that says no state ("Backup report": "Backup completed successfully").
 * A recovery has to speak of the same thing, and nothing behind it may be wrong.
 */
export function firstSentence(subject: ReadLine, lines: readonly string[]): LineState | null {
  const line = sentenceOf(lines);
  if (line === null) return null;
  const clause = readLine(firstClause(line));
  const { state, summary } = clause.state.verdict === 'unsure' ? readLine(line) : clause;
  if (state.verdict === 'problem' && !state.generic)
    return { state: 'problem', severity: state.severity, line };
  if (state.verdict !== 'recovery') return null;
  const said = new Set(summary.toLowerCase().split(/[\s.,:;!?"'()]/u));
  const words = subject.subject.split(' ');
  const isSame = words.some((word) => (word.length > 3 && said.has(word)) || NOTIFIES.has(word));
  const isAllWell = lines.slice(0, TELLING_MAX).every((one) => {
    const { verdict, generic } = readLine(one).state;
    return verdict !== 'problem' || generic || BEFORE.test(one) || FOOTER.test(one);
  });
  return isSame && isAllWell ? { state: 'recovery', severity: 'unknown', line } : null;
}

/** The first line that is neither a label nor a link; null: there is none near. */
const sentenceOf = (lines: readonly string[]): string | null =>
  lines.slice(0, TELLING_MAX).find((one) => !isLabelled(one) && !/^<?https?:/i.test(one)) ?? null;

/** A subject with one of these says that the text says it. */
const NOTIFIES = setOf(
  'notification, notifications, alert, status, monitoring, message, event, report, watcher, watchdog, info, monitor, überwachung, surveillance, monitoreo, monitoraggio, bewaking, benachrichtigung, meldung, statusmeldung, notificación, notifica, melding, powiadomienie, avis',
);
/** What was so. */
const BEFORE =
  /^(?:previous|old|former|last|prior|vorherige\p{L}?|alter|ancien(?:ne)?|précédente?|anterior|precedente|vorige|poprzedni) (?:(?:alert|alarm|check|service|host|known) )?(?:state|status|value|result|severity|level|zustand|wert|état|valeur|estado|valor|stato|valore|toestand|waarde|stan)\b/iu;
const FOOTER =
  /unsubscribe|you (?:get|got|receive|received|are receiving) th(?:is|ese)\b.{0,60}\b(?:subscribed|subscription|settings|preferences|notifications?|contact|member|configured)\b|abbestellen|désabonner/iu;

/** Whether the body begins by saying that it is a test. */
export const testLine = (lines: readonly string[]): string | undefined =>
  lines
    .slice(0, TEST_LINES)
    .find(
      (line) =>
        line.length < 200 &&
        /test|prueba|prova|тест/i.test(line) &&
        readLine(line).state.verdict === 'neither',
    );

const TEST_LINES = 4;

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

/** What stands behind a label: `State: CRITICAL (3)` gives `CRITICAL (3)`. Null: the line has none of these labels. */
function labelled(line: string, labels: ReadonlySet<string>): string | null {
  const at = line.search(/[:=：]/u);
  if (at < 1 || at > 40) return null;
  const label = line.slice(0, at).replace(/[*#]/g, '').trim().toLowerCase();
  if (!labels.has(label.replaceAll('_', '')) && !labels.has(label.replaceAll('_', ' '))) return null;
  return line
    .slice(at + 1, at + 1 + VALUE_MAX)
    .replace(/[*_]/g, '')
    .trim()
    .replace(/^"([^"]{0,120})"$/, '$1');
}

const firstWord = (value: string): string => /^[a-z]{1,20}\d?/i.exec(value)?.[0].toLowerCase() ?? '';
