/** `relay service edit ID --policy POLICY --auto-resolve 12h` */
import { CliError, EXIT } from '../exit.ts';
import type { QuickCommand } from '../quick-command.ts';
import { hereZone, tellEdit } from './edit-call.ts';
import { SETTING_FLAGS, settingsGiven } from '../service-settings.ts';
import { textOf } from './values.ts';

export const quick: QuickCommand = {
  flags: { policy: { type: 'string' }, ...SETTING_FLAGS, as: { type: 'string' } },
  args: { min: 1, max: 1 },
  run: async ([id = ''], values, io) => {
    const edit = { policy: textOf(values, 'policy'), ...settingsGiven(values) };
    if (Object.values(edit).every((one) => one === undefined))
      throw new CliError(
        EXIT.usage,
        `Nothing is to be changed about service ${id}.`,
        'Give --policy POLICY, or a setting: relay service edit --help lists them.',
      );
    return tellEdit(`/v1/services/${encodeURIComponent(id)}`, { ...edit, zone: hereZone() }, values, io);
  },
};
