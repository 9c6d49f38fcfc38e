/** What --help tells of the settings of a service; `service-settings.ts` reads them. */
import { Flags } from '@oclif/core';

export const SERVICE_SETTINGS = {
  'auto-resolve': Flags.string({
    description:
      'What is acknowledged resolves itself when nothing more has come for so long, or never; default: only what cron, smartd and their like tell.',
    helpValue: '12h|never|default',
  }),
  'group-by': Flags.string({
    description:
      'Labels: alerts that have the same values of them are one incident, open as long as one of them is; host, check and source count as labels; none: each is its own.',
    helpValue: 'LABEL,LABEL|none',
  }),
  flapping: Flags.string({
    description:
      'Opened so often in such a time by its monitor, an incident is told once and held open until it has been steady for so long, or off; default: 4/30m/15m.',
    helpValue: 'OPENS/WITHIN/STEADY|off|default',
  }),
};
