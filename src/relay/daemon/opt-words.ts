/**
 * STOP and START from a phone: the roster is changed, and somebody else is told, for whoever opted out is no longer
 * reached that way and may not know what it means.
 */
import type { Handover } from '../engine/effects.ts';
import type { Accept, NewInput } from '../events/accept.ts';
import { catchAllPeople } from '../oncall/who.ts';
import type { RosterBook } from '../oncall/book.ts';
import type { Person, Roster } from '../oncall/types.ts';
import type { Channel } from '../events/types.ts';
import type { EngineParts } from '../engine/engine-parts.ts';
import { noteVerified, switchOff, switchOn } from './switch-off.ts';

type Off = Extract<Handover, { kind: 'disable' }>;
type On = Extract<Handover, { kind: 'enable' }>;

export interface OptWordsParts {
  roster: RosterBook;
  accept: Accept;
  /** As configured: who sees to relay itself. */
  catchAll(): string[];
  /** Channels with a transport. */
  works(channel: Channel): boolean;
}

/** What replies change in the roster, as the engine asks for it. */
export function contactChanges(parts: OptWordsParts): Pick<EngineParts, 'disable' | 'enable' | 'verify'> {
  const words = new OptWords(parts);
  return {
    disable: (handover) => words.off(handover),
    enable: (handover) => words.on(handover),
    verify: (handover) => noteVerified(parts.roster, handover),
  };
}

export class OptWords {
  readonly #parts: OptWordsParts;
  /** When the last word of each phone was written: chains of two words may run in any order. */
  readonly #lastMs = new Map<string, number>();

  constructor(parts: OptWordsParts) {
    this.#parts = parts;
  }

  /** Switches it off and tells the admins, once for each STOP. Rejects when roster or journal can't be written. */
  async off(handover: Off): Promise<void> {
    if (this.#isOld(handover)) return;
    await switchOff(this.#parts.roster, handover);
    const { address, why } = handover;
    await this.#tell(handover, `${why}: no text reaches ${address} any more`, cureOf(handover));
  }

  /** Switches it on and says so. Rejects as `off`. */
  async on(handover: On): Promise<void> {
    if (this.#isOld(handover)) return;
    await switchOn(this.#parts.roster, handover);
    await this.#tell(handover, `opted in again: texts go to ${handover.address}`, null);
  }

  #isOld({ channel, address, atMs }: Off | On): boolean {
    if (atMs === undefined) return false;
    const key = `${channel}/${address}`;
    if ((this.#lastMs.get(key) ?? -Infinity) > atMs) return true;
    this.#lastMs.set(key, atMs);
    return false;
  }

  async #tell({ id, person }: Off | On, what: string, cure: string | null): Promise<void> {
    const { roster, accept, catchAll, works } = this.#parts;
    const present = roster.current();
    const who = present.people.find((one) => one.id === person)?.name ?? person;
    const text = `${who} ${what}`;
    const notices = toldOf(present, catchAll(), person, works).map(
      (to): NewInput => ({
        stableId: `opt-${id.replace(/[^\w.-]/g, '-')}-${to.id}`,
        input: {
          kind: 'notice',
          person: to.id,
          about: `${person}: STOP or START`,
          text,
          subject: text,
          urgent: true,
          ...(cure === null ? {} : { details: `${text}.\n\n${cure}` }),
        },
        raw: null,
      }),
    );
    if (notices.length > 0) await accept(notices);
  }
}

/**
 * Who hears of it: of those who see to relay whoever can be told and isn't the one who wrote; else everybody else who
 * can be; else the writer, by what is left to them.
 */
export function toldOf(
  roster: Roster,
  catchAll: string[],
  writer: string,
  works: (channel: Channel) => boolean,
): Person[] {
  const admins = new Set(catchAllPeople(roster, catchAll));
  const reached = roster.people.filter((one) => isReached(one, works));
  const others = reached.filter((one) => one.id !== writer);
  const found = [others.filter((one) => admins.has(one.id)), others, reached].find((some) => some.length > 0);
  return found ?? [];
}

/** By something that a notice can go to. */
const isReached = ({ contacts }: Person, works: (channel: Channel) => boolean): boolean =>
  contacts.some((one) => one.disabled === undefined && one.channel !== 'voice' && works(one.channel));

const cureOf = ({ person, address }: Off): string =>
  `The carrier blocks texts to it now. Ask them to send START to the number that pages come from; without that, ` +
  `pages go their other ways. If it is another phone: relay person edit ${person} --phone NUMBER (now ${address})`;
