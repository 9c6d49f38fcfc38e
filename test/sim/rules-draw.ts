/** Notification rules and quiet hours of a life's people. */
import type { Severity } from '../../src/relay/events/types.ts';
import type { NotificationRule, Person, Roster } from '../../src/relay/oncall/types.ts';
import type { Prng } from './prng.ts';
import type { Calendar } from './roster-draw.ts';

const MINUTE_MS = 60_000;

/** Some people have rules of their own for how they are told, and hours in which only what is urgent wakes them. */
export function withRules(draw: Prng, roster: Roster, { startMs, zone }: Calendar): Roster {
  const people = roster.people.map((person): Person => {
    if (!draw.chance(0.5)) return person;
    const rules = Array.from({ length: draw.int(0, 2) }, () => drawRule(draw));
    const from = Temporal.Instant.fromEpochMilliseconds(startMs + draw.int(-30, 10) * MINUTE_MS)
      .toZonedDateTimeISO(zone)
      .toPlainTime();
    const until = from.add({ minutes: draw.int(1, 40) });
    const quiet = draw.chance(0.3) ? { during: [{ from: clock(from), until: clock(until) }] } : null;
    return {
      ...person,
      ...(rules.length === 0 ? {} : { rules }),
      ...(quiet === null || quiet.during[0]?.from === quiet.during[0]?.until ? {} : { quiet }),
    };
  });
  return { ...roster, people };
}

const clock = (time: Temporal.PlainTime): string => time.toString({ smallestUnit: 'minute' });

function drawRule(draw: Prng): NotificationRule {
  const [first, second] = draw.chance(0.5) ? (['sms', 'email'] as const) : (['email', 'sms'] as const);
  const steps: NotificationRule['steps'] = [{ afterMs: 0, channels: [first] }];
  // A rule that leaves out the only contact that works reaches nobody, as its owner wants it.
  steps.push({ afterMs: draw.int(1, 10) * 30_000, channels: [second] });
  return {
    ...(draw.chance(0.5) ? { severities: ['critical', 'error'] as const satisfies Severity[] } : {}),
    steps,
  };
}
