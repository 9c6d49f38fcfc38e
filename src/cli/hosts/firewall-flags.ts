/** Flags of the firewall commands. */
import { Flags } from '@oclif/core';

/** Which hosts, and how it is told. */
export const firewallFlags = {
  file: Flags.string({
    char: 'f',
    description: 'The inventory; else RELAY_CLUSTER, ./cluster.yaml.',
    helpValue: 'FILE',
  }),
  host: Flags.string({
    description: 'Only this one; may be given several times.',
    helpValue: 'HOST',
    multiple: true,
    multipleNonGreedy: true,
  }),
  json: Flags.boolean({ description: 'Print JSON for scripts.' }),
};
