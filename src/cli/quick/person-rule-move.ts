/** `relay person rule move ID FROM TO`: the first that applies decides, so their order counts. */
import { ruleNumber, tellNotifications } from '../notification-edit.ts';
import type { QuickCommand } from '../quick-command.ts';

export const quick: QuickCommand = {
  flags: { as: { type: 'string' } },
  args: { min: 3, max: 3 },
  run: async ([id = '', from, to], values, io) =>
    tellNotifications(id, { moveRule: { from: ruleNumber(from), to: ruleNumber(to) } }, values, io),
};
