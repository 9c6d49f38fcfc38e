/** What `relay heartbeat add` and `relay heartbeat edit` say of a heartbeat. */
import { Flags } from '@oclif/core';

export const HEARTBEAT_SETTINGS = {
  every: Flags.string({ description: 'From one report to the next, such as 24h.' }),
  grace: Flags.string({
    description: 'How much later one may come, and how long a job that said it starts may take.',
  }),
  service: Flags.string({ description: 'Whose incident it becomes; else the default service.' }),
  severity: Flags.string({ description: 'critical, error, warning, info or unknown; else error.' }),
  as: Flags.string({ description: 'Who does it; else your user name.', helpValue: 'PERSON' }),
};
