/** Any notification rules and quiet hours that the commands could have given somebody with these contacts. */
import fc from 'fast-check';
import { CHANNELS, SEVERITIES, type Channel } from '../../../../src/relay/events/types.ts';
import { lastsUntilMs } from '../../../../src/relay/oncall/hours-at.ts';
import type { ContactMethod, Hours, NotificationRule, Person } from '../../../../src/relay/oncall/types.ts';

const DAY_MS = 86_400_000;

/** `hours`: any of the week. */
export function anyNotifications(
  contacts: readonly ContactMethod[],
  hours: fc.Arbitrary<Hours>,
): fc.Arbitrary<Pick<Person, 'rules' | 'quiet'>> {
  const spans = fc.option(fc.array(hours, { minLength: 1, maxLength: 3 }), { nil: undefined });
  const severities = fc.shuffledSubarray([...SEVERITIES], { minLength: 1 });
  const own = [...new Set(contacts.map((one) => one.channel))].filter((one) => one !== 'canary');
  const rule = fc
    .record({
      severities: fc.option(severities, { nil: undefined }),
      during: spans,
      outside: spans,
      first: fc.constantFrom(...own),
      channels: fc.shuffledSubarray([...CHANNELS]),
      waitsMs: fc.uniqueArray(fc.integer({ min: 1, max: DAY_MS }), {
        minLength: CHANNELS.length,
        maxLength: CHANNELS.length,
      }),
      isOneStep: fc.boolean(),
    })
    .map(({ first, channels, waitsMs, isOneStep, ...when }): NotificationRule => {
      const others = channels.filter((one) => one !== first);
      const ascending = waitsMs.toSorted((a, b) => a - b);
      const steps: { afterMs: number; channels: Channel[] }[] = isOneStep
        ? [{ afterMs: 0, channels: [first, ...others] }]
        : [
            { afterMs: 0, channels: [first] },
            ...others.map((one, index) => ({ afterMs: ascending[index] ?? 0, channels: [one] })),
          ];
      return {
        ...(when.severities === undefined ? {} : { severities: when.severities }),
        ...(when.during === undefined ? {} : { during: when.during }),
        ...(when.outside === undefined ? {} : { outside: when.outside }),
        steps,
      };
    });
  const quiet = fc
    .record({
      during: fc.array(hours, { minLength: 1, maxLength: 3 }),
      except: fc.option(fc.shuffledSubarray([...SEVERITIES]), { nil: undefined }),
    })
    .filter(({ during }) => lastsUntilMs(during, 'UTC', 0) !== null)
    .map(({ during, except }) => (except === undefined ? { during } : { during, except }));
  return fc
    .record({
      rules: fc.option(fc.array(rule, { minLength: 1, maxLength: 3 }), { nil: undefined }),
      quiet: fc.option(quiet, { nil: undefined }),
    })
    .map((made) => ({
      ...(made.rules === undefined ? {} : { rules: made.rules }),
      ...(made.quiet === undefined ? {} : { quiet: made.quiet }),
    }));
}
