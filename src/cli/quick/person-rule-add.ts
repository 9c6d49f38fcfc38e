/** `relay person rule add ID`: at the end, or in front of another. */
import { parseDuration } from '../../relay/oncall/times.ts';
import { CliError, EXIT } from '../exit.ts';
import { hoursGiven, ruleNumber, tellNotifications, zoneOfHours } from '../notification-edit.ts';
import type { QuickCommand, QuickValues } from '../quick-command.ts';
import { namesOf } from './edit-call.ts';
import { textOf } from './values.ts';

export const quick: QuickCommand = {
  flags: {
    severity: { type: 'string', multiple: true },
    now: { type: 'string', multiple: true },
    after: { type: 'string', multiple: true },
    during: { type: 'string' },
    outside: { type: 'string' },
    before: { type: 'string' },
    zone: { type: 'string' },
    as: { type: 'string' },
  },
  args: { min: 1, max: 1 },
  async run([id = ''], values, io) {
    const now = namesOf(values, 'now');
    if (now === undefined) {
      throw new CliError(EXIT.usage, 'A rule says what is used at once.', 'For example: --now sms,email');
    }
    const [during, outside, before] = ['during', 'outside', 'before'].map((name) => textOf(values, name));
    const rule = {
      severities: namesOf(values, 'severity')?.map(lower),
      during: during === undefined ? undefined : hoursGiven(during, '--during'),
      outside: outside === undefined ? undefined : hoursGiven(outside, '--outside'),
      steps: [{ afterMs: 0, channels: now.map(lower) }, ...laterSteps(values)],
      before: before === undefined ? undefined : ruleNumber(before),
    };
    const hasHours = during !== undefined || outside !== undefined;
    const zone = await zoneOfHours(id, hasHours, values, io);
    return tellNotifications(id, { addRule: rule, zone }, values, io);
  },
};

/** Each `5m=voice` or `10m=voice,push`. Rejects with exit code 2, or RosterError for what is no duration. */
function laterSteps(values: QuickValues): { afterMs: number; channels: string[] }[] {
  const given = values['after'];
  const all = given === undefined ? [] : Array.isArray(given) ? given : [given];
  return all.map((one) => {
    const [, after = '', channels = ''] = /^([^=]+)=(.+)$/.exec(String(one)) ?? [];
    const names = channels.split(',').map((name) => lower(name.trim()));
    if (after !== '' && names.every((name) => name !== ''))
      return { afterMs: parseDuration(after), channels: names };
    throw new CliError(
      EXIT.usage,
      `--after ${String(one).slice(0, 40)} doesn’t say what is used then.`,
      'Write it like --after 5m=voice or --after 10m=voice,push.',
    );
  });
}

const lower = (text: string): string => text.toLowerCase();
