/** Options of `relay service add` and `edit` beside the policy. The daemon reads what they say. */
import type { SettingsSaid } from '../relay/oncall/service-settings.ts';
import type { QuickCommand, QuickValues } from './quick-command.ts';
import { namesOf } from './quick/edit-call.ts';
import { textOf } from './quick/values.ts';

export const SETTING_FLAGS = {
  'auto-resolve': { type: 'string' },
  'group-by': { type: 'string' },
  flapping: { type: 'string' },
} as const satisfies QuickCommand['flags'];

/** As a call's body has them; what isn't given is absent there. */
export function settingsGiven(values: QuickValues): SettingsSaid {
  const groupBy = namesOf(values, 'group-by');
  return {
    autoResolve: textOf(values, 'auto-resolve'),
    groupBy: groupBy?.join() === 'none' ? [] : groupBy,
    flapping: textOf(values, 'flapping'),
  };
}
