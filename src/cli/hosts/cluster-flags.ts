/** Flags of the cluster commands. */
import { Flags } from '@oclif/core';

export const inventoryFlag = Flags.string({
  char: 'f',
  description: 'The inventory; else RELAY_CLUSTER, ./cluster.yaml.',
  helpValue: 'FILE',
});

export const forceUnlockFlag = Flags.boolean({
  default: false,
  description: 'Go on although another one seems to be at it.',
});

/** Of those that change hosts. */
export const changeFlags = {
  yes: Flags.boolean({ default: false, description: "Don't ask." }),
  'force-unlock': forceUnlockFlag,
  json: Flags.boolean({
    default: false,
    description: 'Print JSON for scripts; progress goes to standard error.',
  }),
};
