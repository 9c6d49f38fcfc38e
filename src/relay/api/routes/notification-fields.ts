/** What calls about notification rules and quiet hours take. */
import { CHANNELS, SEVERITIES, type Channel, type Severity } from '../../events/types.ts';
import { NOTIFICATION_LIMITS, type NotificationEdit } from '../../oncall/edits.ts';
import type { NotificationRule, QuietHours } from '../../oncall/types.ts';
import { given, type Fields } from '../fields.ts';
import { hoursFrom } from '../hours-from.ts';
import { flag, group, groups, names, needed, orElse, text, whole } from '../table/given.ts';

const NUMBER = whole(1, NOTIFICATION_LIMITS.rules, 'Which rule, from 1.');

const DAY_MS = 24 * 3_600_000;

const STEP = {
  // More than a step may wait: the edit refuses that, in words for people.
  afterMs: orElse(whole(0, 400 * DAY_MS, 'After the first, at most a day; 0: at once.'), () => 0, 0),
  channels: needed(names(`Which contacts are used then, by their channels: ${CHANNELS.join(', ')}.`)),
};

const RULE = {
  severities: names(`For these of ${SEVERITIES.join(', ')}; absent: for all.`),
  during: names('Only within some of these hours, such as `mon-fri 09:00-17:00`.', 80),
  outside: names('Only outside all of these hours.', 80),
  steps: needed(
    groups(
      STEP,
      'Ascending, the first at once. A contact that stands in none of them is not used.',
      { max: NOTIFICATION_LIMITS.steps },
      (step) => step,
    ),
  ),
};

interface RuleGiven {
  severities: string[] | undefined;
  during: string[] | undefined;
  outside: string[] | undefined;
  steps: { afterMs: number; channels: string[] }[];
}

/** Which severities and channels there are is for the edit to say. */
const readRule = ({ severities, during, outside, steps }: RuleGiven, fields: Fields): NotificationRule => ({
  ...given({
    severities: severities as Severity[] | undefined,
    during: hoursFrom(during, 'during', fields),
    outside: hoursFrom(outside, 'outside', fields),
  }),
  steps: (steps ?? []).map(({ afterMs, channels }) => ({ afterMs, channels: (channels ?? []) as Channel[] })),
});

/** The fields of an edit of how a person is told. */
export const NOTIFICATION_EDIT = {
  rules: groups(
    RULE,
    'All rules anew: the first that applies decides. None: take them all away.',
    { min: 0, max: NOTIFICATION_LIMITS.rules },
    readRule,
  ),
  addRule: group(
    { ...RULE, before: whole(1, NOTIFICATION_LIMITS.rules, 'In front of this one; absent: at the end.') },
    'Adds a rule.',
    ({ before, ...rule }, fields) => ({ rule: readRule(rule, fields), ...given({ before }) }),
  ),
  removeRule: whole(1, NOTIFICATION_LIMITS.rules, 'Takes a rule away.'),
  moveRule: group(
    { from: needed(NUMBER), to: needed(whole(1, NOTIFICATION_LIMITS.rules, 'Where it comes to stand.')) },
    'Moves a rule to another place.',
    (read) => read,
  ),
  quiet: group(
    {
      during: needed(names('The hours, such as `22:00-07:00`.', 80)),
      except: names('Severities that break through; absent: critical. None: nothing does.', 64, 0),
    },
    'Quiet hours: only what breaks through uses a phone in them; mail goes at once.',
    ({ during, except }, fields): QuietHours => ({
      during: hoursFrom(during, 'during', fields) ?? [],
      ...given({ except: except as Severity[] | undefined }),
    }),
  ),
  noQuiet: flag('Takes the quiet hours away.'),
  zone: text(64, 'Of the hours, and of times that are shown to the person.'),
};

interface Wish {
  rules: NotificationRule[] | undefined;
  addRule: NotificationEdit['addRule'] | undefined;
  removeRule: number | undefined;
  moveRule: { from: number; to: number } | undefined;
  quiet: QuietHours | undefined;
  noQuiet: boolean;
  zone: string | undefined;
}

/** What is to change. */
export function notificationEdit({ noQuiet, quiet, ...rest }: Wish, fields: Fields): NotificationEdit {
  if (noQuiet && quiet !== undefined) fields.problem('quiet, noQuiet: give one of them');
  fields.check();
  return given({ ...rest, quiet: noQuiet ? null : quiet });
}
