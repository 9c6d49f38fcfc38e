/**
 * S4 and L3: whoever a line says was told was on call by the roster recorded with it, at the time it was decided, or was
 * named by a person; nobody is told while the policy waits, nor waited for longer; nobody on call means the catch-all.
 */
import type { Envelope } from '../../src/relay/engine/envelope.ts';
import type { Input, Severity } from '../../src/relay/events/types.ts';
import { TIMELINE, type TimelineRow } from '../../src/relay/incidents/rows.ts';
import type { LineageState } from '../../src/relay/incidents/types.ts';
import type { Change } from '../../src/relay/store/port.ts';
import { readLine, type Told } from './duty-lines.ts';
import type { AloneCheck } from './alone-check.ts';
import type { MemoryDisk } from './memory-disk.ts';
import { RoundCheck } from './round-check.ts';
import type { Versions } from './roster-disk.ts';
import { slowDuty, type SlowDuty } from './slow-duty.ts';

/** One step of escalation, as its line tells it. */
export interface Telling extends Told {
  number: number;
  /** For how long it is theirs, by the roster recorded. */
  delayMs: number;
  /** Which levels have nobody for it. */
  empty: boolean[];
  /** Something made it come at once, not the end of the one before. */
  hurried: boolean;
  /** The levels begin anew, or go on from somewhere else. */
  anew: boolean;
  /** The levels have been edited since the round began. */
  edited: boolean;
}

interface DutyCheckParts {
  disk: MemoryDisk;
  versions: Versions;
  fail(invariant: string, text: string): void;
}

type Line = TimelineRow & { line: number };

/** What the timeline has said of an incident so far. */
interface Known {
  lines: number;
  severity: Severity;
  policy: string | null;
  answeredBy: string | null;
  /** The words of the last acknowledgement. */
  answer: string;
  /** The last line that may be why somebody is told. */
  cause: Line | null;
  hurried: boolean;
  anew: boolean;
  /** What somebody had answered no longer holds. */
  again: boolean;
  /** It has just begun to wait, or until another time. */
  waits: boolean;
}

/** A person whom no level names has so long. */
const BESIDE_LEVELS_MS = 5 * 60_000;
const CATCH_ALL_AGAIN_MS = 30 * 60_000;

export class DutyCheck {
  readonly #parts: DutyCheckParts;
  readonly #known = new Map<number, Known>();
  readonly #worked = new Map<string, SlowDuty>();
  readonly #rounds = new RoundCheck();

  constructor(parts: DutyCheckParts) {
    this.#parts = parts;
  }

  /** The steps of escalation that a commit of a lineage made, in their order. */
  onCommit(change: Change, after: Envelope<LineageState>): Telling[] {
    const tellings: Telling[] = [];
    for (const { number, line } of linesOf(change)) {
      const known = this.#knownOf(number);
      // One more repeat is counted on its old line.
      if (line.line < known.lines) continue;
      known.lines = line.line + 1;
      const telling = this.#take(change.key, number, known, line);
      if (telling !== null) tellings.push(telling);
    }
    this.#waitsAsLong(change.key, after);
    return tellings;
  }

  /**
   * The incident comes to know what a host did alone about it, which may be a reason to hurry. `version`: of the roster by
   * which it goes on from where that host was; null: it doesn't.
   */
  joins(
    here: number,
    number: number,
    others: DutyCheck,
    { version, alone }: { version: number | null; alone: Pick<AloneCheck, 'pagedAlone'> },
  ): void {
    if (others.#known.get(number)?.hurried === true) this.#knownOf(here).hurried = true;
    if (version === null) return;
    const pagedIn = (round?: number): string[] => alone.pagedAlone(number, round);
    this.#rounds.joins(here, number, others.#rounds, { roster: this.#parts.versions.at(version), pagedIn });
  }

  /** For how long a step that a host made alone is theirs, by the roster that the incident goes by now. */
  delayMs(lineage: string, number: number, { level, last }: Pick<Telling, 'level' | 'last'>): number {
    if (last) return CATCH_ALL_AGAIN_MS;
    const state = this.#parts.disk.aggregates.get(lineage)?.stateJson ?? 'null';
    const { domain, nowMs } = JSON.parse(state) as Envelope<LineageState>;
    const duty = this.#duty(lineage, this.#knownOf(number), domain.incident?.rosterVersion ?? 0, nowMs);
    return duty?.levels[level]?.afterMs ?? 0;
  }

  /** The timer by which an acknowledged incident is to come back, as its timeline says; null: it is not. */
  promised(number: number): 'snooze' | 'ack-timeout' | null {
    const answer = this.#known.get(number)?.answer ?? '';
    if (answer.startsWith('snoozed until ')) return 'snooze';
    return answer.includes('; told again in ') ? 'ack-timeout' : null;
  }

  #take(lineage: string, number: number, known: Known, line: Line): Telling | null {
    const { kind, actor, text } = line;
    const read = readLine(line);
    if (read.severity !== undefined) known.severity = read.severity;
    if (read.policy !== undefined) known.policy = read.policy;
    if (kind === 'acknowledged') Object.assign(known, { answeredBy: actor, answer: text });
    if (kind === 'waiting') known.waits = true;
    if (kind === 'waiting') this.#mayWait(lineage, number, known, line);
    const hurries =
      ['unreachable', 'reassigned', 'again', 'handover'].includes(kind) ||
      (kind === 'escalate' && actor !== 'relay');
    if (hurries) known.hurried = true;
    if (kind === 'again') known.again = true;
    if (kind === 'again' || read.policy !== undefined) known.anew = true;
    // Handed over to somebody who isn't told while the policy waits: at its end the level is, from where it stood.
    if (kind === 'waiting' && known.cause?.kind === 'handover') known.anew = true;
    const isWhy = hurries || ['opened', 'waiting', 'degraded'].includes(kind) || read.isTime === true;
    if (isWhy) known.cause = line;
    if (read.told === undefined) {
      if (line.position !== undefined) this.#fail('S4', number, `nobody can read "${text}"`);
      return null;
    }
    const telling = this.#told(lineage, number, known, line, read.told);
    Object.assign(known, { cause: null, hurried: false, anew: false, again: false, waits: false });
    return telling;
  }

  #told(lineage: string, number: number, known: Known, line: Line, told: Told): Telling {
    const { people = [], position, atMs, text } = line;
    const version = position?.rosterVersion ?? 0;
    if (told.version !== version)
      this.#fail(
        'S4',
        number,
        `decided under version ${told.version} of the roster, recorded as ${version}: ${text}`,
      );
    const duty = this.#duty(lineage, known, version, atMs);
    const roster = this.#parts.versions.at(version);
    const levels = duty?.levels ?? [];
    const onCall = levels[told.level]?.people ?? [];
    const nobody = levels.every((level) => level.people.length === 0);
    const round = this.#rounds.step({
      number,
      policy: duty?.policy ?? '',
      round: told.round,
      // Whoever is paged by hand before the levels begin is told again as one of them.
      people: told.person !== null && isAtFirst(known.cause) ? [] : people,
      roster,
      anew: known.anew && !known.again,
      again: known.again,
      beside: told.person !== null || told.part || told.last,
      catchAll: told.last,
    });
    if (told.last) {
      const everybody = roster?.people.map((one) => one.id) ?? [];
      const isRight = told.part ? people.every((one) => everybody.includes(one)) : same(people, everybody);
      if (!isRight)
        this.#fail('L3', number, `of ${everybody.join(', ')} the catch-all is only ${people.join(', ')}`);
      if (told.saysNobody && !nobody)
        this.#fail('S4', number, `the catch-all is told, though somebody is on call: ${text}`);
    } else if (told.person !== null) {
      this.#named(lineage, number, known, { line, told, onCall });
    } else {
      const untold = round.isEdited ? onCall.filter((one) => !round.told.has(one)) : onCall;
      const isRight = told.part
        ? people.every((one) => onCall.includes(one))
        : same(people, onCall) || sameBut(round.isEdited ? round.perhaps : NOBODY, people, untold);
      const twice = people.filter((one) => round.isEdited && round.told.has(one));
      if (isRight && twice.length > 0 && !told.part && !known.hurried)
        this.#fail(
          'S6',
          number,
          `${twice.join(', ')} told twice in a round whose levels were edited: ${text}`,
        );
      if (!isRight && nobody)
        this.#fail('L3', number, `nobody is on call, and not the catch-all is told: ${text}`);
      else if (!isRight)
        this.#fail(
          'S4',
          number,
          `${onCall.join(', ') || 'nobody'} is on call at level ${told.level + 1}: ${text}`,
        );
      if (duty !== null && duty.waitsUntilMs !== null && !told.part && !isAnyway(known.cause))
        this.#fail('S4', number, `somebody is told though the policy waits: ${text}`);
    }
    const afterMs = levels[told.level]?.afterMs;
    return {
      ...told,
      number,
      delayMs: told.last ? CATCH_ALL_AGAIN_MS : (afterMs ?? BESIDE_LEVELS_MS),
      empty: levels.map((level) => level.people.length === 0),
      hurried: known.hurried,
      anew: known.anew,
      edited: round.isEdited,
    };
  }

  /** One person is told, whatever the levels say: somebody gave it to them, or they had it, or took over. */
  #named(
    lineage: string,
    number: number,
    { cause, answeredBy }: Known,
    { line, told, onCall }: { line: Line; told: Told; onCall: string[] },
  ): void {
    const { person, why } = told;
    const isOnCall = person !== null && onCall.includes(person);
    const isRight =
      (cause?.kind === 'reassigned' &&
        why.startsWith('reassigned by ') &&
        this.#isOrdered(lineage, person)) ||
      (why === 'paged by root' && isAtFirst(cause) && this.#isPagedByHand(lineage, person)) ||
      (cause?.kind === 'again' && why === 'who had it last' && person === answeredBy) ||
      (cause?.kind === 'handover' && why.startsWith('on call in rotation ') && isOnCall);
    if (!isRight)
      this.#fail('S4', number, `${person} is told for no reason (${cause?.text ?? 'none'}): ${line.text}`);
  }

  #isPagedByHand(lineage: string, person: string | null): boolean {
    return [...this.#parts.disk.journal.values()].some(({ inputJson }) => {
      const input = JSON.parse(inputJson) as Input;
      if (input.kind !== 'alert') return false;
      return input.events.some(
        ({ service, dedupKey, tell }) =>
          lineage === `i:${service}/${dedupKey}` && person !== null && tell?.people.includes(person) === true,
      );
    });
  }

  #isOrdered(lineage: string, person: string | null): boolean {
    return [...this.#parts.disk.journal.values()].some(({ inputJson }) => {
      const input = JSON.parse(inputJson) as Input;
      if (input.kind !== 'order' || input.lineage !== lineage || input.order.verb !== 'reassign')
        return false;
      return 'person' in input.order && input.order.person === person;
    });
  }

  /** The line doesn't say which version it was decided under: some version since the last one recorded. */
  #mayWait(lineage: string, number: number, known: Known, { atMs, text }: Line): void {
    const { latest } = this.#parts.versions;
    for (let version = latest; version >= 1; version -= 1) {
      if ((this.#duty(lineage, known, version, atMs)?.waitsUntilMs ?? null) !== null) return;
    }
    this.#fail('L1', number, `waits, and no policy ever said so: ${text}`);
  }

  /** Until the rules end, and no longer. */
  #waitsAsLong(lineage: string, after: Envelope<LineageState>): void {
    const { incident } = after.domain;
    if (incident?.waits === undefined || incident.status !== 'triggered') return;
    const { untilMs } = incident.waits;
    const known = this.#knownOf(incident.number);
    if (!known.waits) return;
    known.waits = false;
    const duty = this.#duty(lineage, known, incident.rosterVersion, Math.min(after.nowMs, untilMs - 1));
    if (duty?.waitsUntilMs !== untilMs)
      this.#fail(
        'L1',
        incident.number,
        `waits until ${new Date(untilMs).toISOString()}, and the policy does not say so`,
      );
  }

  #duty(lineage: string, known: Known, version: number, atMs: number): SlowDuty | null {
    const roster = this.#parts.versions.at(version);
    if (roster === null) {
      this.#parts.fail('S4', `${lineage}: version ${version} of the roster was never committed`);
      return null;
    }
    const service = lineage.slice('i:'.length, lineage.indexOf('/'));
    const { severity, policy } = known;
    const dedupKey = lineage.slice(lineage.indexOf('/') + 1);
    const key = `${version} ${lineage} ${severity} ${policy ?? ''} ${atMs}`;
    const worked = this.#worked.get(key) ?? slowDuty(roster, { service, severity, policy, dedupKey, atMs });
    this.#worked.set(key, worked);
    return worked;
  }

  #knownOf(number: number): Known {
    const known = this.#known.get(number);
    if (known !== undefined) return known;
    const fresh: Known = {
      lines: 0,
      severity: 'unknown',
      policy: null,
      answeredBy: null,
      answer: '',
      cause: null,
      hurried: false,
      anew: false,
      again: false,
      waits: false,
    };
    this.#known.set(number, fresh);
    return fresh;
  }

  #fail(invariant: string, number: number, text: string): void {
    this.#parts.fail(invariant, `#${number}: ${text}`);
  }
}

/** Nothing but its opening, or what a host did alone, has come before. */
const isAtFirst = (cause: Line | null): boolean => cause?.kind === 'opened' || cause?.kind === 'degraded';

/** Told also while the policy waits: a person wants it, or a snooze is over. */
function isAnyway(cause: Line | null): boolean {
  if (cause?.kind === 'escalate') return cause.actor !== 'relay';
  return cause?.kind === 'reassigned' || (cause?.kind === 'again' && cause.text.startsWith('the snooze'));
}

function linesOf(change: Change): { number: number; line: Line }[] {
  return change.rows
    .filter((row) => row.kind === TIMELINE)
    .map((row) => {
      const slash = row.key.indexOf('/');
      const line = Number(row.key.slice(slash + 1));
      return { number: Number(row.key.slice(0, slash)), line: { ...(row.body as TimelineRow), line } };
    })
    .sort((a, b) => a.number - b.number || a.line.line - b.line.line);
}

const NOBODY: ReadonlySet<string> = new Set();

/** Each of these may be among some of them or not. */
const sameBut = (either: ReadonlySet<string>, some: readonly string[], others: readonly string[]): boolean =>
  same(
    some.filter((one) => !either.has(one)),
    others.filter((one) => !either.has(one)),
  ) && some.every((one) => others.includes(one));

const same = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((one) => others.includes(one));
