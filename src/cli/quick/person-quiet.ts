/** `relay person quiet ID HOURS`: when only what is urgent may wake somebody. */
import { CliError, EXIT } from '../exit.ts';
import { hoursGiven, tellNotifications, zoneOfHours } from '../notification-edit.ts';
import type { QuickCommand } from '../quick-command.ts';
import { namesOf } from './edit-call.ts';
import { flagOf } from './values.ts';

export const quick: QuickCommand = {
  flags: {
    except: { type: 'string', multiple: true },
    off: { type: 'boolean' },
    zone: { type: 'string' },
    as: { type: 'string' },
  },
  args: { min: 1, max: 2 },
  async run([id = '', hours], values, io) {
    const isOff = flagOf(values, 'off');
    const except = namesOf(values, 'except')?.map((one) => one.toLowerCase());
    if (isOff === (hours !== undefined) || (isOff && except !== undefined)) {
      throw new CliError(
        EXIT.usage,
        isOff ? 'Either quiet hours, or --off.' : 'Which hours are quiet?',
        `Say it: relay person quiet ${id} "22:00-07:00". To end them: relay person quiet ${id} --off.`,
      );
    }
    if (hours === undefined) return tellNotifications(id, { noQuiet: true }, values, io);
    const quiet = {
      during: hoursGiven(hours, 'Quiet'),
      // `none` for nothing at all.
      except: except?.length === 1 && except[0] === 'none' ? [] : except,
    };
    const zone = await zoneOfHours(id, true, values, io);
    return tellNotifications(id, { quiet, zone }, values, io);
  },
};
