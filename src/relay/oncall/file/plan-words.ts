/** A plan as people read it: `ops level 1: Mon 23 Nov 09:00 - Mon 30 Nov 09:00: ben instead of ana`. Pure. */
import type { DutyChange } from './duty-changes.ts';
import type { Jump } from './jumps.ts';
import type { Plan } from './plan.ts';

/** One line for each stretch in which other people are on call, services that change alike together. */
export function oncallLines(plan: Plan, zone: string): string[] {
  const together = new Map<string, { ids: string[]; change: DutyChange }>();
  for (const change of plan.oncall) {
    const { id, ...rest } = change;
    const key = JSON.stringify(rest);
    const found = together.get(key);
    if (found === undefined) together.set(key, { ids: [id], change });
    else found.ids.push(id);
  }
  const lines = [...together.values()].map(({ ids, change }) => {
    const from = change.fromMs === plan.fromMs ? 'now' : dayTime(change.fromMs, zone);
    const until = change.untilMs === plan.untilMs ? 'and on' : dayTime(change.untilMs, zone);
    return `${placeOf(change, ids)}: ${from} - ${until}: ${differenceWords(change)}`;
  });
  return plan.more === 0 ? lines : [...lines, `… and ${plan.more} more`];
}

/** `rotation ops`, `db, web level 1`, `db level 1, only info`. */
function placeOf({ of, level, severities }: DutyChange, ids: string[]): string {
  const names = ids.join(', ');
  const only = severities === undefined ? '' : `, only ${severities.join(', ')}`;
  if (of === 'rotation') return `rotation ${names}`;
  return `${names}${level === null ? '' : ` level ${level}`}${only}`;
}

function differenceWords({ waits, before, after }: DutyChange): string {
  if (waits === undefined) return `${who(after)} instead of ${who(before)}`;
  return waits === 'after' ? 'waits, by a rule' : 'told at once instead of waiting';
}

/** What jumps and what to write instead. */
export function jumpLines(list: readonly Jump[], zone: string): string[] {
  return list.flatMap((one) => {
    const change = [
      ...(one.added.length === 0 ? [] : [`${one.added.join(', ')} in`]),
      ...(one.removed.length === 0 ? [] : [`${one.removed.join(', ')} out`]),
    ].join(' and ');
    const { start, handoff, members } = one.instead;
    const standIn =
      one.standIn === null
        ? ''
        : `, and an override of the rotation for ${one.standIn.person} until ${dayTime(one.standIn.untilMs, zone)}`;
    return [
      `rotation ${one.rotation}, layer ${one.layer}: with ${change} under the same start the others' turns jump.`,
      `  So that nobody moves, write: start: ${start}, handoff: "${handoff}", members: [${members.join(', ')}]${standIn}`,
    ];
  });
}

const who = (people: readonly string[]): string => (people.length === 0 ? 'nobody' : people.join(', '));

/** `Mon 23 Nov 09:00`. */
export function dayTime(atMs: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((one) => one.type === type)?.value ?? '';
  return `${part('weekday')} ${part('day')} ${part('month').slice(0, 3)} ${part('hour')}:${part('minute')}`;
}
