/** Rule 13: what hosts page alone is marked, goes out once, is known to the incidents in the end, and answers to it count. */
import { toldOf } from './told.ts';
import type { Ask, Handover } from '../../src/relay/engine/effects.ts';
import type { Envelope } from '../../src/relay/engine/envelope.ts';
import type { Input } from '../../src/relay/events/types.ts';
import { TIMELINE, type TimelineRow } from '../../src/relay/incidents/rows.ts';
import type { Incident, LineageState } from '../../src/relay/incidents/types.ts';
import type { Outgoing } from '../../src/relay/messaging/port.ts';
import { MESSAGE, messageKey, type MessageRow } from '../../src/relay/notifications/rows.ts';
import type { Change } from '../../src/relay/store/port.ts';
import { PER_PERIOD, type AloneFile } from './alone-files.ts';
import type { Taken } from './ledger.ts';
import type { MemoryDisk } from './memory-disk.ts';

export interface Tell {
  person: string;
  ask: Ask;
}

/** A step of escalation: who is told at the same one is told once. */
interface Step {
  level: number;
  last: boolean;
  round: number;
}

interface Paged extends Step {
  person: string;
  atMs: number;
}

/** What one host did alone about one incident. */
interface AloneIncident {
  file: AloneFile;
  number: number;
  lineage: string;
  /** `host seq` of the acceptance that opened it there. */
  openedBy: string;
  /** What a provider has taken. */
  paged: Paged[];
  /** When a person last answered it there, and whether that still stands. */
  answeredAtMs: number | null;
}

interface AloneCheckParts {
  /** The cluster's. */
  disk: MemoryDisk;
  nowMs(): number;
  fail(invariant: string, text: string): void;
  sentAt(messageId: string): Taken | null;
  wallSuspect(): boolean;
  /** When a row was stamped in truth; null when nobody knows. */
  stampedAtMs(host: string, seq: number): number | null;
}

const CATCH_ALL_AGAIN_MS = 30 * 60_000;
const SLACK_MS = 14_000;
/** The provider stamps whole seconds. */
const STAMP_MS = 1_000;

export class AloneCheck {
  readonly #parts: AloneCheckParts;
  readonly files: AloneFile[] = [];
  readonly #incidents = new Map<number, AloneIncident>();
  /** `number.counter` of an ask -> its step. */
  readonly #steps = new Map<string, Step>();
  /** Replies that were taken before anybody knew what they answer: by the number given alone. */
  readonly #early = new Map<number, string>();
  /** Incidents that people, or the end of an acknowledgement, have put on another way. */
  readonly #anew = new Set<number>();
  /** Number given alone -> the incident's own. */
  readonly #adopted = new Map<number, number>();

  constructor(parts: AloneCheckParts) {
    this.#parts = parts;
  }

  /** How many incidents hosts have paged for alone. */
  get size(): number {
    return this.#incidents.size;
  }

  /** The file whose codes and numbers this is one of: the newest, for they come again after years. */
  fileOf(code: number): AloneFile | null {
    return this.files.findLast(({ first }) => first <= code && code < first + PER_PERIOD) ?? null;
  }

  rowOf(file: AloneFile, person: string, code: number): MessageRow | null {
    const json = file.disk.aggregates.get(`r:${person}`)?.rows.get(MESSAGE)?.get(messageKey(code));
    return json === undefined ? null : (JSON.parse(json) as MessageRow);
  }

  /** A provider took a message. */
  onTaken(taken: Taken, message: Outgoing): void {
    const file = this.fileOf(taken.code);
    const said = /[[(]no quorum, sent by (?<host>\w+)[\])]/u.exec(`${message.subject ?? ''} ${message.body}`)
      ?.groups?.['host'];
    if (said !== file?.host)
      this.#parts.fail(
        'rule 13',
        `${message.id} is marked as of ${said ?? 'nobody'}, not ${file?.host ?? 'nobody'}`,
      );
    if (file === null) return;
    const row = this.rowOf(file, taken.person, taken.code);
    for (const { number, counter } of row === null ? [] : toldOf(file.disk, row)) {
      const step = this.#steps.get(`${number}.${counter}`);
      if (step === undefined)
        this.#parts.fail('rule 13', `${message.id} tells of #${number} and nobody asked for it`);
      else this.#incidents.get(number)?.paged.push({ ...step, person: taken.person, atMs: taken.atMs });
    }
  }

  /** A host alone has stepped an incident of its own. */
  onAlone(file: AloneFile, change: Change, after: Envelope<LineageState>, tells: readonly Tell[]): void {
    for (const row of change.rows) {
      if (row.kind !== TIMELINE) continue;
      const { kind, stamp, byPerson, actor } = row.body as TimelineRow;
      const number = Number(row.key.slice(0, row.key.indexOf('/')));
      if (kind === 'opened' && stamp !== undefined)
        this.#opened(file, number, change.key, `${stamp.host} ${stamp.seq}`);
      const known = this.#incidents.get(number);
      if (known === undefined) continue;
      if ((kind === 'acknowledged' || kind === 'resolved') && byPerson === true)
        known.answeredAtMs = this.#parts.nowMs();
      if (kind === 'again' || (kind === 'escalate' && actor !== 'relay')) known.answeredAtMs = null;
    }
    const { incident } = after.domain;
    for (const { ask } of tells) {
      const { level, last } = ask;
      const round = roundsOf(change, ask)[0] ?? incident?.round ?? 0;
      this.#steps.set(`${ask.number}.${ask.counter}`, { level, last, round });
    }
  }

  /** An incident of the cluster has been stepped; returns what it has come to know of only now. */
  onTogether(
    change: Change,
    before: Envelope<LineageState> | null,
    after: Envelope<LineageState>,
    tells: readonly Tell[],
  ): number[] {
    const keyOf = (one: { number: number; seq: number; incident: number }): string =>
      `${one.number}/${one.seq}/${one.incident}`;
    const known = new Set(before?.domain.notes?.map(keyOf));
    const fresh = (after.domain.notes ?? []).filter((one) => !known.has(keyOf(one)));
    const present = after.domain.incident?.number;
    if (present !== undefined && isGoneOnAnew(change, present)) this.#anew.add(present);
    for (const { number, incident } of fresh) this.#adopt(number, incident, after.domain.incident);
    for (const tell of tells) this.#notAgain(change, tell);
    return fresh.map((one) => one.number);
  }

  /** A person's record has taken a reply that names a message sent alone. */
  onReply(rowId: string, responder: string, acts: readonly Handover[]): void {
    const json = this.#parts.disk.journal.get(rowId)?.inputJson;
    const input = json === undefined ? null : (JSON.parse(json) as Input);
    if (input?.kind !== 'reply' || `r:${input.person}` !== responder) return;
    const { verb, code, only } = input.command;
    if (code === null || !['ack', 'resolve', 'escalate'].includes(verb)) return;
    const file = this.fileOf(code);
    const row = file === null ? null : this.rowOf(file, input.person, code);
    if (row === null || (input.channel === 'sms' && row.to !== input.contact)) return;
    const taken = this.#parts.sentAt(row.id);
    if (taken === null || taken.createdAtMs > input.sentAtMs + STAMP_MS || this.#parts.wallSuspect()) return;
    for (const { number, lineage } of row.members) {
      if (only?.includes(lineage) === false) continue;
      const here = this.#adopted.get(number);
      if (here === undefined && verb !== 'escalate') this.#early.set(number, rowId);
      const incident = this.#incidentOf(lineage);
      if (here === undefined || incident?.number !== here || incident.status !== 'triggered') continue;
      if (!acts.some((one) => one.kind === 'act' && one.number === here))
        this.#parts.fail(
          'rule 13',
          `reply ${rowId} to ${row.id} did nothing to #${here}, which waits for an answer`,
        );
    }
  }

  /** Whether what a person did alone stands behind an answer to this incident. */
  answered(number: number): boolean {
    return [...this.#adopted].some(
      ([alone, here]) => here === number && this.#incidents.get(alone)?.answeredAtMs !== null,
    );
  }

  /**
   * Whether anybody may have been reached about this number that was given alone. A host whose call ended in doubt can't
   * know that no provider took it, and escalated on: nobody is to be told again of what they may have.
   */
  mayHaveReached(number: number): boolean {
    const alone = this.#incidents.get(number);
    if (alone === undefined) return false;
    const { paged, file } = alone;
    return (
      paged.length > 0 ||
      [...file.disk.aggregates.values()].some(({ rows }) =>
        [...(rows.get(MESSAGE)?.values() ?? [])].some((json) => {
          const row = JSON.parse(json) as MessageRow;
          return !isUnsent(row) && toldOf(file.disk, row).some((one) => one.number === number);
        }),
      )
    );
  }

  /** Whom a provider took a page for about this number that was given alone; in that round, or in any. */
  pagedAlone(number: number, round?: number): string[] {
    const paged = this.#incidents.get(number)?.paged ?? [];
    return paged.filter((one) => round === undefined || one.round === round).map((one) => one.person);
  }

  /** Whether this is an answer or a command that a host alone has carried through. */
  carried(rowId: string): boolean {
    return this.files.some(({ disk }) => {
      const row = disk.journal.get(rowId);
      return row?.done === true && (JSON.parse(row.inputJson) as Input).kind !== 'alert';
    });
  }

  /** In the end the cluster knows all that a machine which is still there did alone. */
  atEnd(isGone: (host: string) => boolean): void {
    for (const { number, file, paged, answeredAtMs } of this.#incidents.values()) {
      if (isGone(file.host) || this.#adopted.has(number)) continue;
      if (paged.length > 0 || answeredAtMs !== null)
        this.#parts.fail('rule 13', `what ${file.host} did alone about #${number} never came to be known`);
    }
  }

  #opened(file: AloneFile, number: number, lineage: string, openedBy: string): void {
    for (const one of this.#incidents.values()) {
      if (one.file.host !== file.host || one.openedBy !== openedBy || one.lineage !== lineage) continue;
      if (one.paged.length > 0)
        this.#parts.fail(
          'rule 13',
          `${file.host} pages alone for #${number} what it paged for as #${one.number}`,
        );
    }
    this.#incidents.set(number, { file, number, lineage, openedBy, paged: [], answeredAtMs: null });
  }

  #adopt(number: number, here: number, incident: Incident | null): void {
    if (this.#adopted.get(number) === here)
      this.#parts.fail('rule 13', `#${here} was told twice of #${number}`);
    this.#adopted.set(number, here);
    const alone = this.#incidents.get(number);
    if (alone === undefined) {
      this.#parts.fail('rule 13', `#${here} was told of #${number}, which nobody opened alone`);
      return;
    }
    if (incident?.number !== here || incident.status !== 'triggered') return;
    const early = this.#early.get(number);
    if (early !== undefined)
      this.#parts.fail(
        'rule 13',
        `reply ${early} was taken before #${here} knew of #${number}, and did nothing`,
      );
    if (alone.answeredAtMs === null) return;
    const { host, seq } = incident.openedBy;
    const openedAtMs = this.#parts.stampedAtMs(host, seq) ?? Number.NEGATIVE_INFINITY;
    if (openedAtMs <= alone.answeredAtMs && !this.#parts.wallSuspect())
      this.#parts.fail('rule 13', `an answer to #${number}, given alone, does not count for #${here}`);
  }

  /** Whom a page of a host alone reached at a step isn't told again there, once that is known. */
  #notAgain(change: Change, { person, ask }: Tell): void {
    if (this.#anew.has(ask.number)) return;
    // Whom somebody pages by hand has it before the levels begin, and is told again as one of the first.
    if (ask.lineage.includes('/page ') && ask.level === 0 && !ask.last) return;
    const rounds = roundsOf(change, ask);
    for (const [number, here] of this.#adopted) {
      if (here !== ask.number) continue;
      for (const one of this.#incidents.get(number)?.paged ?? []) {
        const same = one.person === person && one.last === ask.last && (ask.last || one.level === ask.level);
        if (!same || !rounds.every((round) => ask.last || round === one.round)) continue;
        // A host whose clock is an hour off has its timers fire early elsewhere.
        const isTime = this.#parts.nowMs() - one.atMs >= CATCH_ALL_AGAIN_MS - SLACK_MS;
        if (ask.last && (isTime || this.#parts.wallSuspect())) continue;
        this.#parts.fail(
          'rule 13',
          `${person} is told of #${here} again at level ${ask.level + 1}, paged alone as #${number}`,
        );
      }
    }
  }

  #incidentOf(lineage: string): Incident | null {
    const json = this.#parts.disk.aggregates.get(lineage)?.stateJson;
    return json === undefined ? null : (JSON.parse(json) as Envelope<LineageState>).domain.incident;
  }
}

/** Nothing of it is with a provider, as far as its host could tell when it stopped. */
function isUnsent({ status, log }: MessageRow): boolean {
  if (status !== 'claimed') return status === 'failed';
  return ['late', 'refused', 'absent'].includes(log.at(-1)?.kind ?? '');
}

/** Its levels begin again, or are another policy's, or somebody wants more people: steps are no longer the same. */
const isGoneOnAnew = (change: Change, number: number): boolean =>
  change.rows.some(({ kind, key, body }) => {
    if (kind !== TIMELINE || Number(key.slice(0, key.indexOf('/'))) !== number) return false;
    const line = body as TimelineRow;
    return (
      ['again', 'reassigned', 'handover'].includes(line.kind) ||
      (line.kind === 'escalate' && line.actor !== 'relay')
    );
  });

/** The rounds in which this commit told that level. */
export function roundsOf(change: Change, ask: Ask): number[] {
  return change.rows.flatMap((row) => {
    if (row.kind !== TIMELINE || Number(row.key.slice(0, row.key.indexOf('/'))) !== ask.number) return [];
    const { position } = row.body as TimelineRow;
    const same = position?.catchAll === ask.last && (ask.last || position.level === ask.level);
    return position !== undefined && same ? [position.round] : [];
  });
}
