/** What must hold of every commit that reaches the disk, and of the disk whenever a process dies. */
import type { Ask, Handover } from '../../src/relay/engine/effects.ts';
import type { Envelope } from '../../src/relay/engine/envelope.ts';
import type { LineageState } from '../../src/relay/incidents/types.ts';
import { MESSAGE, messageKey, type MessageRow } from '../../src/relay/notifications/rows.ts';
import type { ResponderState } from '../../src/relay/notifications/types.ts';
import type { Change, JournalRow, WorkId } from '../../src/relay/store/port.ts';
import { HEARING } from '../../src/relay/engine/hearing.ts';
import { isHeartbeat } from '../../src/relay/heartbeats/rows.ts';
import { HANDOFFS } from '../../src/relay/engine/handoffs.ts';
import { ROSTER } from '../../src/relay/engine/roster-book.ts';
import type { AloneCheck, Tell } from './alone-check.ts';
import type { AloneFile } from './alone-files.ts';
import { DutyCheck } from './duty-check.ts';
import { FlapCheck } from './flap-check.ts';
import { GroupCheck } from './group-check.ts';
import { HandoffCheck } from './handoff-check.ts';
import { ExpiryCheck } from './expiry-check.ts';
import { EscalationCheck } from './escalation-check.ts';
import type { MemoryDisk } from './memory-disk.ts';
import { OrderCheck, type Stamps } from './order-check.ts';
import { ringsInQuiet } from './quiet-check.ts';
import { ReplyCheck } from './reply-check.ts';
import type { Versions } from './roster-disk.ts';
import type { Taken } from './ledger.ts';

export interface CheckParts {
  disk: MemoryDisk;
  /** Virtual time. */
  nowMs(): number;
  /** A commit on a heartbeat. */
  onHeartbeat(change: Change): void;
  fail(invariant: string, text: string): void;
  trueWallMs(): number;
  /** Of people who have none. */
  zone: string;
  /** No fault of any kind is drawn in this life: then also times are held. */
  faultless: boolean;
  /** When a message was first taken by a provider, in true wall time; null when it never was. */
  sentAt(messageId: string): Taken | null;
  /** A process started under a wrong wall clock: delays and provider stamps say nothing any more. */
  wallSuspect(): boolean;
  /** Of the roster; the cluster's. */
  versions: Versions;
  stamps: Stamps;
  alone: AloneCheck;
  /** Whose commits these are: of a host that pages alone, or null: of the cluster. */
  file: AloneFile | null;
}

/**
 * State stays small: 32 KB is the aim. What bounds it is the 256 to 512 work rows that it remembers, each with what it
 * has still to hand over; several faults at once may bring it near this.
 */
const STATE_BYTES = 131_072;
const CANCEL_WITHIN_MS = 2_000;
/** From a failure for good to the next level (L2). */
const FALLBACK_WITHIN_MS = 30_000;

type Report = Extract<Handover, { kind: 'unreachable' }>;

export class CommitChecks {
  readonly #parts: CheckParts;
  readonly #previous = new Map<string, Envelope<unknown>>();
  readonly #ops = new Map<string, string>();
  /** Commits that landed on another state than they were computed from; told at the end, after what they break. */
  readonly stale: string[] = [];
  /** Every ask that was ever committed, by `number.counter`. */
  readonly asks = new Map<string, { person: string; ask: Ask }>();
  /** `person/number` -> the highest counter that a cancel had. */
  readonly cancels = new Map<string, number>();
  readonly unreachable = new Set<string>();
  /** Reports that a person can't be reached, on their way to the incident: since when. */
  readonly #reported = new Map<string, { report: Report; sinceMs: number }>();
  readonly escalation: EscalationCheck;
  readonly duty: DutyCheck;
  readonly handoffs: HandoffCheck;
  readonly #replies: ReplyCheck;
  readonly #order: OrderCheck;
  readonly #expiry: ExpiryCheck;
  readonly #groups: GroupCheck;
  readonly #flapping: FlapCheck;
  /** Cancels not yet taken by the responder: `person/number/counter` -> since when. */
  readonly #pendingCancels = new Map<string, number>();
  largestBytes = 0;
  largestKey = '';

  constructor(parts: CheckParts) {
    this.#parts = parts;
    this.escalation = new EscalationCheck(parts);
    this.duty = new DutyCheck(parts);
    this.handoffs = new HandoffCheck(parts);
    this.#replies = new ReplyCheck(parts);
    this.#order = new OrderCheck(parts);
    this.#expiry = new ExpiryCheck(parts);
    this.#groups = new GroupCheck(parts);
    this.#flapping = new FlapCheck(parts);
  }

  /** The labels by which a service has ever grouped, each set as one word. */
  groupings(service: string): Set<string> {
    const { versions } = this.#parts;
    const all = Array.from({ length: versions.latest }, (_, index) => versions.at(index + 1));
    return new Set(
      all.map((roster) => roster?.services.find((one) => one.id === service)?.groupBy?.join() ?? ''),
    );
  }

  /** Rows were stamped and are on their way to the journal. */
  onAppend(rows: readonly JournalRow[]): void {
    this.#order.onAppend(rows);
  }

  onCommit(change: Change, sentAtMs: number): void {
    if (change.key === ROSTER) return;
    if (change.key === HEARING) return;
    if (change.key === HANDOFFS) return this.handoffs.onCommit(change);
    const stateJson = this.#parts.disk.aggregates.get(change.key)?.stateJson ?? 'null';
    const bytes = Buffer.byteLength(stateJson);
    if (bytes > this.largestBytes) {
      this.largestBytes = bytes;
      this.largestKey = change.key;
    }
    if (bytes > STATE_BYTES) this.#parts.fail('state size', `${change.key} takes ${bytes} bytes`);
    const envelope = JSON.parse(stateJson) as Envelope<unknown>;
    if (change.expect !== (this.#ops.get(change.key) ?? null))
      this.stale.push(`${change.op} on ${change.key}, computed from ${change.expect}`);
    this.#ops.set(change.key, change.op);
    const before = this.#previous.get(change.key) ?? null;
    if (before !== null && envelope.nowMs < before.nowMs)
      this.#parts.fail('rule 4', `${change.key}: now went back`);
    if (isHeartbeat(change.key)) this.#parts.onHeartbeat(change);
    if (change.key.startsWith('i:')) {
      this.#lineage(
        change,
        before as Envelope<LineageState> | null,
        envelope as Envelope<LineageState>,
        sentAtMs,
      );
    } else if (change.key.startsWith('r:')) {
      this.#responder(
        change,
        before as Envelope<ResponderState> | null,
        envelope as Envelope<ResponderState>,
      );
    }
    this.#previous.set(change.key, envelope);
    this.#ahead(change.key, envelope);
  }

  /** At a crash point: whatever is open has something ahead of it on the disk (S13). */
  atCrash(): void {
    for (const [key, envelope] of this.#previous) this.#ahead(key, envelope);
  }

  /** Without faults, no cancel may be on its way for longer (rule 10). */
  lateCancels(): void {
    if (!this.#parts.faultless) return;
    for (const [what, sinceMs] of this.#pendingCancels) {
      if (this.#parts.nowMs() - sinceMs > CANCEL_WITHIN_MS)
        this.#parts.fail('S5', `the cancel ${what} was not taken within ${CANCEL_WITHIN_MS} ms`);
    }
  }

  /** L2: what can't reach a person is known to the incident soon, and the next level told. */
  lateReports(faultsUntilMs: number): void {
    for (const [id, { report, sinceMs }] of this.#reported) {
      const { number, counter, person, lineage } = report;
      const { incident } = (this.#previous.get(lineage) as Envelope<LineageState>).domain;
      const waits =
        incident?.number === number &&
        incident.status === 'triggered' &&
        incident.reaching.some((one) => one.person === person && one.counter === counter);
      if (!waits) this.#reported.delete(id);
      else if (this.#parts.nowMs() - Math.max(faultsUntilMs, sinceMs) > FALLBACK_WITHIN_MS)
        this.#parts.fail(
          'L2',
          `#${number} still waits for ${person}, who could not be reached: ${report.why}`,
        );
    }
  }

  #lineage(
    change: Change,
    before: Envelope<LineageState> | null,
    after: Envelope<LineageState>,
    sentAtMs: number,
  ): void {
    const known = new Set((before?.outbox ?? []).map((one) => one.handover.id));
    const tells: Tell[] = [];
    for (const { handover } of after.outbox) {
      if (known.has(handover.id)) continue;
      if (handover.kind === 'tell') {
        const { person, ask } = handover;
        const key = `${ask.number}.${ask.counter}`;
        if (this.asks.has(key)) this.#parts.fail('rule 2', `two asks ${key}`);
        this.asks.set(key, { person, ask });
        tells.push({ person, ask });
      } else if (handover.kind === 'cancel') {
        const { number, counter, person } = handover;
        const whose = `${person}/${number}`;
        this.cancels.set(whose, Math.max(counter, this.cancels.get(whose) ?? 0));
        this.#pendingCancels.set(`${person}/${number}/${counter}`, this.#parts.nowMs());
      }
    }
    const old = before?.domain.incident ?? null;
    const now = after.domain.incident;
    if (now !== null && old !== null && now.number === old.number) {
      if (now.counter < old.counter) this.#parts.fail('rule 2', `#${now.number}: its counter fell`);
    }
    if (now !== null && old !== null && now.rosterVersion < old.rosterVersion)
      this.#parts.fail('S4', `#${now.number}: decided under an older version of the roster than before`);
    // What a note brings is known before its consequences are looked at.
    this.#withoutQuorum(change, before, after, tells);
    this.escalation.onCommit(this.duty.onCommit(change, after), sentAtMs);
    this.#replies.onLineage(change, old, now);
    this.#order.onLineage(change, before, after);
    this.#expiry.onLineage(change, before, after);
    this.#groups.onLineage(change, before, after);
    this.#flapping.onLineage(change, after);
  }

  #withoutQuorum(
    change: Change,
    before: Envelope<LineageState> | null,
    after: Envelope<LineageState>,
    tells: Tell[],
  ): void {
    const { alone, file } = this.#parts;
    if (file !== null) {
      alone.onAlone(file, change, after, tells);
      return;
    }
    // What is asked and taken back at once reaches a provider at most as what was on its way already.
    const standing = tells.filter(
      ({ person, ask }) => (this.cancels.get(`${person}/${ask.number}`) ?? 0) < ask.counter,
    );
    for (const number of alone.onTogether(change, before, after, standing)) {
      const here = after.domain.notes?.findLast((one) => one.number === number)?.incident;
      const others = alone.fileOf(number)?.checks;
      if (here === undefined || others === undefined) continue;
      const isThere = this.escalation.joins(here, number, others.escalation, (theirs) =>
        this.duty.delayMs(change.key, here, theirs),
      );
      const version = isThere ? (after.domain.incident?.rosterVersion ?? null) : null;
      this.duty.joins(here, number, others.duty, { version, alone });
    }
  }

  #responder(change: Change, before: Envelope<ResponderState> | null, after: Envelope<ResponderState>): void {
    const { fail, faultless, versions, zone } = this.#parts;
    const owner = versions.at(versions.latest)?.people.find((one) => `r:${one.id}` === change.key);
    const now = { atMs: this.#parts.trueWallMs(), zone };
    const ringing = faultless ? ringsInQuiet(before?.domain ?? null, after.domain, owner, now) : null;
    if (ringing !== null) fail('S18', ringing);
    for (const message of after.domain.messages) {
      const old = before?.domain.messages.find((one) => one.row.code === message.row.code);
      if (old !== undefined && old.attempt === message.attempt) this.#frozen(old.row, message.row);
      if (message.claimOp !== change.op) continue;
      for (const { number, counter } of message.row.members) {
        const cancel = before?.domain.cancels.find((one) => one.number === number);
        if (cancel !== undefined && cancel.counter > counter)
          fail('S5', `${message.row.id} was claimed for #${number} after its cancel had been taken`);
      }
    }
    for (const row of change.rows) {
      if (row.kind !== MESSAGE) continue;
      const body = row.body as MessageRow;
      const old = before?.domain.messages.find((one) => one.row.code === body.code);
      const stays = after.domain.messages.some((one) => one.row.code === body.code);
      if (old !== undefined && !stays) this.#frozen(old.row, body);
    }
    for (const cancel of after.domain.cancels) {
      for (const what of this.#pendingCancels.keys()) {
        const [person, number, counter] = what.split('/');
        if (
          change.key === `r:${person}` &&
          Number(number) === cancel.number &&
          Number(counter) <= cancel.counter
        ) {
          const tookMs = this.#parts.nowMs() - (this.#pendingCancels.get(what) ?? 0);
          this.#pendingCancels.delete(what);
          if (this.#parts.faultless && tookMs > CANCEL_WITHIN_MS)
            fail('S5', `the cancel ${what} was taken after ${Math.round(tookMs)} ms`);
        }
      }
    }
    const known = new Set((before?.outbox ?? []).map((one) => one.handover.id));
    for (const { handover } of after.outbox) {
      if (known.has(handover.id)) continue;
      if (handover.kind === 'unreachable') {
        this.unreachable.add(handover.id);
        this.#reported.set(handover.id, { report: handover, sinceMs: this.#parts.nowMs() });
      }
      if (handover.kind === 'act') this.#replies.onAct(change.key, handover);
    }
    if (this.#parts.file !== null) return;
    const seen = new Set(before?.seen.map((one) => one.id));
    const acts = after.outbox.map((one) => one.handover).filter((one) => !known.has(one.id));
    for (const { id } of after.seen) if (!seen.has(id)) this.#parts.alone.onReply(id, change.key, acts);
  }

  /** S16: what a claim froze stays as it was. */
  #frozen(old: MessageRow, now: MessageRow): void {
    if (
      old.body !== now.body ||
      old.to !== now.to ||
      old.channel !== now.channel ||
      JSON.stringify(old.members) !== JSON.stringify(now.members)
    )
      this.#parts.fail('S16', `${now.id} changed under its claim`);
  }

  #ahead(key: string, envelope: Envelope<unknown>): void {
    const firing = (name: string | null): boolean =>
      envelope.timers.some(
        (timer) =>
          (name === null || timer.name === name) &&
          (this.#isUndone(`d:${timer.id}`) || timer.rows.some((row) => this.#isUndone(row))),
      );
    if (key.startsWith('i:')) {
      const { incident } = envelope.domain as LineageState;
      if (incident?.status === 'triggered' && !firing('escalate'))
        this.#parts.fail('S13', `#${incident.number} is triggered with nothing ahead of it`);
      if (incident?.flapping?.wellSinceMs !== undefined && !firing('steady'))
        this.#parts.fail('S13', `#${incident.number} is held open, with no end ahead of it`);
      const promised = incident?.status === 'acknowledged' ? this.duty.promised(incident.number) : null;
      if (promised !== null && !firing(promised))
        this.#parts.fail('S13', `#${incident?.number} is to come back, with no ${promised} ahead of it`);
      if (
        incident?.status === 'acknowledged' &&
        this.#expiry.promised(incident.number) &&
        !firing('auto-resolve')
      )
        this.#parts.fail('S13', `#${incident.number} is to resolve itself, with nothing ahead of it`);
    } else if (key.startsWith('r:')) {
      const { messages, tells, packs = [], errands = [], receipts = [] } = envelope.domain as ResponderState;
      for (const { row, status } of messages) {
        if (!firing(`m${row.code}`))
          this.#parts.fail('S13', `${row.id} is ${status} with nothing ahead of it`);
      }
      const waits = [...tells, ...packs].some(({ ways }) => ways.some((way) => way.status === 'waiting'));
      if (waits && messages.length === 0 && !firing('go') && !firing('later'))
        this.#parts.fail('S13', `${key}: asks wait with nothing ahead of them`);
      if (errands.length > 0 && !firing('go'))
        this.#parts.fail('S13', `${key}: what is to be done for a pack has nothing ahead of it`);
      if (receipts.length > 0 && !firing('later'))
        this.#parts.fail('S13', `${key}: a receipt is awaited with nothing ahead of it`);
    }
  }

  #isUndone(id: WorkId): boolean {
    return this.#parts.disk.journalUndone.has(id) || this.#parts.disk.dueUndone.has(id);
  }

  /** At a provider: what is taken is what was claimed (S16). */
  onTaken(taken: Taken): void {
    const rows = this.#parts.disk.aggregates.get(`r:${taken.person}`)?.rows.get(MESSAGE);
    const json = rows?.get(messageKey(taken.code));
    if (json === undefined) {
      this.#parts.fail('rule 6', `${taken.messageId} was sent without a committed claim`);
      return;
    }
    const row = JSON.parse(json) as MessageRow;
    if (row.body !== taken.body || row.to !== taken.to)
      this.#parts.fail('S16', `${taken.messageId} was sent with another text or to another address`);
  }
}
