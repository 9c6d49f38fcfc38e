/** Edits of how a person is told. Pure; each refuses with a RosterError that says what to do. */
import { RosterError } from './book.ts';
import { findPerson } from './checks.ts';
import { checkedNotifications } from './notification-checks.ts';
import { checkZone } from './rotation-checks.ts';
import type { NotificationRule, Person, QuietHours, Roster } from './types.ts';

/** What one edit changes; numbers of rules count from 1. */
export interface NotificationEdit {
  /** All rules anew; []: none. */
  rules?: NotificationRule[];
  /** In front of the rule of this number; absent: at the end. */
  addRule?: { rule: NotificationRule; before?: number };
  removeRule?: number;
  /** It comes to stand at `to`; those between move by one. */
  moveRule?: { from: number; to: number };
  /** null: none. */
  quiet?: QuietHours | null;
  /** Of the hours. */
  zone?: string;
}

/** Changes what is given of a person's notification rules, quiet hours and zone. Rejects with RosterError. */
export function editNotifications(roster: Roster, id: string, edit: NotificationEdit): Roster {
  const before = findPerson(roster, id);
  if (Object.values(edit).every((value) => value === undefined)) {
    throw new RosterError(
      'usage',
      `Nothing is to be changed about how ${id} is told`,
      'Give a rule, quiet hours or a time zone.',
    );
  }
  const { rules: _rules, quiet: had, ...rest } = before;
  const zone = edit.zone ?? before.zone;
  const quiet = edit.quiet === undefined ? had : (edit.quiet ?? undefined);
  const plain: Person = { ...rest, ...(zone === undefined ? {} : { zone: checkZone(zone) }) };
  const wanted = { ...plain, rules: changedRules(before, edit), ...(quiet === undefined ? {} : { quiet }) };
  const person: Person = { ...plain, ...checkedNotifications(wanted) };
  // What changes nothing makes no version.
  if (isSame(person, before)) return roster;
  return { ...roster, people: roster.people.map((one) => (one === before ? person : one)) };
}

function changedRules(
  person: Person,
  { rules, addRule, removeRule, moveRule }: NotificationEdit,
): NotificationRule[] {
  if ([addRule, removeRule, moveRule].filter((one) => one !== undefined).length > 1) {
    throw new RosterError('usage', 'One edit adds, moves or removes one rule', 'Do one after the other.');
  }
  const had = rules ?? person.rules ?? [];
  const indexOf = (number: number): number => {
    if (had[number - 1] !== undefined) return number - 1;
    throw new RosterError(
      'not_found',
      `${person.id} has no notification rule ${number}`,
      had.length === 0 ? 'There is none yet.' : `Rules count from 1 to ${had.length}.`,
    );
  };
  if (addRule !== undefined) {
    const at = addRule.before === undefined ? had.length : indexOf(addRule.before);
    return had.toSpliced(at, 0, addRule.rule);
  }
  if (removeRule !== undefined) return had.toSpliced(indexOf(removeRule), 1);
  if (moveRule === undefined) return had;
  const [from, to] = [indexOf(moveRule.from), indexOf(moveRule.to)];
  return had.toSpliced(from, 1).toSpliced(to, 0, had[from] as NotificationRule);
}

const isSame = (a: Person, b: Person): boolean =>
  a.zone === b.zone &&
  JSON.stringify(a.rules) === JSON.stringify(b.rules) &&
  JSON.stringify(a.quiet) === JSON.stringify(b.quiet);
