/** People elsewhere as people of the roster, with the ways to reach them that Relay has. */
import { RosterError } from '../book.ts';
import { checkAddress, checkName, checkPhone } from '../checks.ts';
import { isZone } from '../times.ts';
import type { ContactMethod, Person } from '../types.ts';
import type { Ids } from './ids.ts';
import type { Notes } from './notes.ts';
import { notificationRules, type ForeignRule } from './notification-rules.ts';

export interface ForeignContact {
  /** null: a way that Relay doesn't have; `label` says which. */
  channel: 'sms' | 'voice' | 'email' | null;
  address: string;
  /** For the report: `push to a phone`. */
  label: string;
  isEnabled: boolean;
}

export interface ForeignPerson {
  /** For the report: `user ana@example.com`. */
  what: string;
  name: string;
  zone: string | null;
  /** In the order in which they are to be tried. */
  contacts: ForeignContact[];
  /** In the order in which they decide. */
  rules: ForeignRule[];
}

/** Makes people; remembers whose address is whose, for an answer from it must mean one person. */
export class People {
  readonly all: Person[] = [];
  readonly #ids: Ids;
  readonly #notes: Notes;
  readonly #owners = new Map<string, string>();

  constructor(ids: Ids, notes: Notes) {
    this.#ids = ids;
    this.#notes = notes;
  }

  /** The new person's id; null when there is no way to reach them, which the report then says. */
  add(foreign: ForeignPerson): string | null {
    const contacts: ContactMethod[] = [];
    const owned = new Set<string>();
    for (const contact of foreign.contacts) this.#addContact(foreign, contact, contacts, owned);
    // Who has no number to write to is written to at the one that is called: not every relay can call.
    for (const contact of foreign.contacts)
      if (contact.channel === 'voice') this.#addWritten(foreign, contact, contacts, owned);
    if (contacts.length === 0) {
      this.#notes.left(foreign.what, 'Relay has no way to reach them: give an email or a phone number there');
      return null;
    }
    const name = nameOf(foreign.name);
    const id = this.#ids.from('person', name);
    const hasZone = foreign.zone !== null && isZone(foreign.zone);
    if (foreign.zone !== null && !hasZone)
      this.#notes.approximated(
        foreign.what,
        `"${foreign.zone}" is no time zone known here: times are shown as this host has them`,
      );
    const rules = notificationRules(foreign.rules, contacts, foreign.what, this.#notes);
    this.all.push({
      id,
      name,
      ...(hasZone && foreign.zone !== null ? { zone: foreign.zone } : {}),
      contacts,
      ...(rules.length === 0 ? {} : { rules }),
    });
    for (const address of owned) this.#owners.set(address, id);
    this.#notes.taken(
      foreign.what,
      `person ${id}: ${contacts.map((one) => `${one.channel} ${one.address}`).join(', ')}`,
    );
    return id;
  }

  #addWritten(
    foreign: ForeignPerson,
    contact: ForeignContact,
    contacts: ContactMethod[],
    owned: Set<string>,
  ): void {
    if (contacts.some((one) => one.channel === 'sms')) return;
    const number = addressOf('sms', contact.address);
    if (!contacts.some((one) => one.channel === 'voice' && one.address === number)) return;
    this.#addContact(foreign, { ...contact, channel: 'sms' }, contacts, owned);
    this.#notes.approximated(
      foreign.what,
      `${contact.label} ${contact.address}: they were called there; Relay sends an SMS too`,
    );
  }

  #addContact(
    foreign: ForeignPerson,
    contact: ForeignContact,
    contacts: ContactMethod[],
    owned: Set<string>,
  ): void {
    const shown = `${contact.label} ${contact.address}`.trim();
    const { channel } = contact;
    if (channel === null)
      return this.#notes.left(foreign.what, `${shown}: Relay doesn't reach people this way`);
    if (!contact.isEnabled) return this.#notes.left(foreign.what, `${shown}: it is switched off there`);
    const address = addressOf(channel, contact.address);
    if (address === null)
      return this.#notes.left(
        foreign.what,
        `${shown}: it can't be read as ${channel === 'email' ? 'a mail address' : 'a phone number'}`,
      );
    if (contacts.some((one) => one.channel === channel && one.address === address)) return;
    if (contacts.some((one) => one.channel === channel))
      return this.#notes.left(
        foreign.what,
        `${shown}: Relay has one ${channel} contact a person, and took the first`,
      );
    const owner = this.#owners.get(address.toLowerCase());
    if (owner !== undefined)
      return this.#notes.left(
        foreign.what,
        `${shown}: it belongs to ${owner} already, and an answer from it must mean one person`,
      );
    owned.add(address.toLowerCase());
    contacts.push({ channel, address });
  }
}

function addressOf(channel: ContactMethod['channel'], address: string): string | null {
  try {
    return channel === 'email' ? checkAddress(address) : checkPhone(address);
  } catch (error) {
    if (error instanceof RosterError) return null;
    throw error;
  }
}

/** One line of at most 60 characters. */
function nameOf(name: string): string {
  const line = [...name.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()].slice(0, 60).join('').trim();
  return checkName(line === '' ? 'nameless' : line);
}
