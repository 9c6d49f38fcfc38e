/** `relay person rule remove ID N` */
import { ruleNumber, tellNotifications } from '../notification-edit.ts';
import type { QuickCommand } from '../quick-command.ts';

export const quick: QuickCommand = {
  flags: { as: { type: 'string' } },
  args: { min: 2, max: 2 },
  run: async ([id = '', number], values, io) =>
    tellNotifications(id, { removeRule: ruleNumber(number) }, values, io),
};
