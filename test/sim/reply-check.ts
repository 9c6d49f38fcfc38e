/** S8 and S17: an answer acts only by a live code from the contact it was sent to, on what had been sent before it. */
import { toldOf } from './told.ts';
import type { Handover } from '../../src/relay/engine/effects.ts';
import type { Channel, Input } from '../../src/relay/events/types.ts';
import type { Incident } from '../../src/relay/incidents/types.ts';
import { MESSAGE, messageKey, type MessageRow } from '../../src/relay/notifications/rows.ts';
import type { Change } from '../../src/relay/store/port.ts';
import type { AloneCheck } from './alone-check.ts';
import type { Taken } from './ledger.ts';
import type { MemoryDisk } from './memory-disk.ts';

type Act = Extract<Handover, { kind: 'act' }>;

/** A text may answer what the same phone was told by a call; a key answers nothing but the calls to its number. */
const isFromItsContact = (
  { channel, contact }: { channel: Channel; contact: string },
  row: MessageRow,
): boolean => {
  if (channel === 'email') return true;
  if (row.to !== contact) return false;
  return row.channel === channel || (channel === 'sms' && row.channel === 'voice');
};

/** The provider stamps whole seconds; relay allows its clock two seconds. */
const SLACK_MS = 3_100;

interface ReplyCheckParts {
  disk: MemoryDisk;
  fail(invariant: string, text: string): void;
  /** The first time a provider took the message; null when none did. */
  sentAt(messageId: string): Taken | null;
  wallSuspect(): boolean;
  alone: AloneCheck;
}

export class ReplyCheck {
  readonly #parts: ReplyCheckParts;
  /** `number/action` that somebody's reply asked for. */
  readonly #acts = new Set<string>();
  readonly #read = new Map<string, { json: string; row: MessageRow }>();

  constructor(parts: ReplyCheckParts) {
    this.#parts = parts;
  }

  /** A responder's record says that a reply acts on an incident. */
  onAct(responder: string, act: Act): void {
    this.#acts.add(`${act.number}/${act.action}`);
    const journalId = act.id.slice(0, act.id.lastIndexOf('/'));
    const json = this.#parts.disk.journal.get(journalId)?.inputJson;
    const input = json === undefined ? null : (JSON.parse(json) as Input);
    if (input?.kind !== 'reply') {
      this.#parts.fail('S8', `${act.id} acts without a reply in the journal`);
      return;
    }
    if (`r:${input.person}` !== responder) this.#parts.fail('S8', `${act.id} was taken by another responder`);
    const verbs = { ack: 'ack', resolve: 'resolve', escalate: 'escalate' };
    if (input.command.verb !== verbs[act.action])
      this.#parts.fail('S8', `${act.id}: ${input.command.verb} became ${act.action}`);
    const rows = this.#rowsOf(responder);
    const { code, scope } = input.command;
    const about = rows.filter((row) => {
      if (!isFromItsContact(input, row)) return false;
      if (code !== null && scope === 'message' && row.code !== code) return false;
      return toldOf(this.#parts.disk, row).some((one) => one.number === act.number);
    });
    if (about.length === 0) {
      this.#parts.fail(
        'S8',
        `${act.id}: no message to ${input.contact} told of #${act.number} under that code`,
      );
      return;
    }
    if (code !== null && !rows.some((row) => messageKey(row.code) === messageKey(code)))
      this.#parts.fail('S8', `${act.id}: code ${code} was never given out`);
    if (input.channel !== 'sms') return;
    // By our own clock a guessed code may then seem to have been given out before. Without a code nobody looks at it.
    if (code !== null && this.#parts.wallSuspect()) return;
    const before = about.some((row) => {
      // A code that is named may have been read while nobody can tell whether its text was sent.
      if (row.code === code && (row.status === 'claimed' || row.status === 'unknown')) return true;
      const taken = this.#parts.sentAt(row.id);
      return taken !== null && taken.createdAtMs <= input.sentAtMs + SLACK_MS;
    });
    if (!before)
      this.#parts.fail('S17', `${act.id}: nothing about #${act.number} had been sent before the reply`);
  }

  /** Each row is read again only when it has changed: one person may have hundreds, and answer them one by one. */
  #rowsOf(responder: string): MessageRow[] {
    const kept = this.#parts.disk.aggregates.get(responder)?.rows.get(MESSAGE);
    return [...(kept ?? [])].map(([key, json]) => {
      const name = `${responder}/${key}`;
      const known = this.#read.get(name);
      if (known?.json === json) return known.row;
      const row = JSON.parse(json) as MessageRow;
      this.#read.set(name, { json, row });
      return row;
    });
  }

  /** An incident is acknowledged only when somebody did it. */
  onLineage(change: Change, old: Incident | null, now: Incident | null): void {
    if (now?.status !== 'acknowledged') return;
    if (old !== null && old.number === now.number && old.status === 'acknowledged') return;
    if (this.#acts.has(`${now.number}/ack`) || this.#parts.alone.answered(now.number)) return;
    for (const { inputJson } of this.#parts.disk.journal.values()) {
      const input = JSON.parse(inputJson) as Input;
      if (input.kind === 'command' && input.action === 'ack' && input.number === now.number) return;
      if (input.kind === 'order' && input.order.verb === 'snooze' && input.number === now.number) return;
      if (
        input.kind === 'alert' &&
        input.events.some(
          (one) => one.action === 'acknowledge' && change.key === `i:${one.service}/${one.dedupKey}`,
        )
      )
        return;
    }
    this.#parts.fail('S8', `#${now.number} is acknowledged and nobody did it`);
  }
}
