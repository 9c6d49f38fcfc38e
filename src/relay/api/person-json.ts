/** People as the API tells them. */
import { hoursWords } from '../oncall/hours-words.ts';
import type { Person } from '../oncall/types.ts';
import type { PersonJson } from './oncall-wire.ts';

/** With hours as a roster file has them. */
export const personJson = ({ rules, quiet, ...rest }: Person): PersonJson => ({
  ...rest,
  ...(rules === undefined
    ? {}
    : {
        rules: rules.map(({ during, outside, ...one }) => ({
          ...one,
          ...(during === undefined ? {} : { during: during.map(hoursWords) }),
          ...(outside === undefined ? {} : { outside: outside.map(hoursWords) }),
        })),
      }),
  ...(quiet === undefined ? {} : { quiet: { ...quiet, during: quiet.during.map(hoursWords) } }),
});
