/** A mail that came back, as the receipt of its message; and contacts whose mails come back, among the problems. */
import type { Problems } from '../engine/ports.ts';
import type { Input } from '../events/types.ts';
import { bounceCure, bounceError, type Bounce } from '../messaging/bounce.ts';
import { MESSAGE, type MessageRow } from '../notifications/rows.ts';
import type { Person, Roster } from '../oncall/types.ts';
import type { Change } from '../store/port.ts';

/** The token in the address it came to proves which message it is about: no provider id is needed. */
export function bounceInput(
  bounce: Bounce,
  person: Person,
  code: number,
): Extract<Input, { kind: 'receipt' }> {
  const receipt = { providerId: null, error: bounceError(bounce) };
  const address = addressOf(bounce, person);
  switch (bounce.action) {
    case 'failed': {
      const cure = bounceCure(bounce, person.id, address);
      return { kind: 'receipt', person: person.id, code, receipt: { ...receipt, status: 'failed', cure } };
    }
    case 'delayed':
      return { kind: 'receipt', person: person.id, code, receipt: { ...receipt, status: 'sent' } };
    case 'relayed':
    case 'delivered': {
      const status = bounce.action === 'delivered' ? 'delivered' : 'sent';
      return { kind: 'receipt', person: person.id, code, receipt: { status, providerId: null } };
    }
  }
}

/** As the roster has it; the report may name where the mail was forwarded to. */
function addressOf({ recipient }: Bounce, { contacts }: Person): string {
  const mails = contacts.filter((one) => one.channel === 'email').map((one) => one.address);
  return mails.find((one) => one.toLowerCase() === recipient) ?? mails[0] ?? recipient ?? 'the address';
}

/**
 * Follows commits: a mail that came back for good is a problem of its contact until one to it is answered or delivered,
 * or the roster has another address.
 */
export class Bounces {
  readonly #problems: Problems;
  /** By address: the person, and the newest of their mails that came back. */
  readonly #standing = new Map<string, { person: string; code: number }>();

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  committed({ rows }: Pick<Change, 'rows'>): void {
    for (const row of rows)
      if (row.kind === MESSAGE && row.body !== null) this.#message(row.body as MessageRow);
  }

  /** Messages of one person, oldest first, as they are kept. */
  known(messages: readonly MessageRow[]): void {
    for (const message of messages) this.#message(message);
  }

  /** The roster has changed. */
  roster({ people }: Roster): void {
    for (const [address, { person }] of this.#standing) {
      const contacts = people.find((one) => one.id === person)?.contacts ?? [];
      if (!contacts.some((one) => one.channel === 'email' && one.address === address)) this.#clear(address);
    }
  }

  #message({ channel, to, person, code, status, error, cure, log }: MessageRow): void {
    if (channel !== 'email') return;
    const last = log.at(-1)?.kind;
    if (status === 'delivered' || last === 'answered') return this.#clear(to);
    if (status !== 'failed' || last !== 'receipt') return;
    const before = this.#standing.get(to);
    if (before !== undefined && before.code > code) return;
    this.#standing.set(to, { person, code });
    this.#problems.raise(
      problemOf(to),
      `mails to ${person} at ${to} come back: ${error ?? 'no reason given'}`,
      `${cure ?? `correct the address: relay person edit ${person} --email ADDRESS`}; then relay test ${person}, and answer the mail`,
    );
  }

  #clear(address: string): void {
    if (this.#standing.delete(address)) this.#problems.clear(problemOf(address));
  }
}

const problemOf = (address: string): string => `bounce-${address}`;
