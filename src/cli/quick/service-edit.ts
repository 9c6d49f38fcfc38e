/** `relay service edit ID --policy POLICY` */
import { CliError, EXIT } from '../exit.ts';
import type { QuickCommand } from '../quick-command.ts';
import { hereZone, tellEdit } from './edit-call.ts';
import { textOf } from './values.ts';

export const quick: QuickCommand = {
  flags: { policy: { type: 'string' }, as: { type: 'string' } },
  args: { min: 1, max: 1 },
  run: async ([id = ''], values, io) => {
    const policy = textOf(values, 'policy');
    if (policy === undefined)
      throw new CliError(
        EXIT.usage,
        `Nothing is to be changed about service ${id}.`,
        'Give --policy POLICY.',
      );
    return tellEdit(`/v1/services/${encodeURIComponent(id)}`, { policy, zone: hereZone() }, values, io);
  },
};
