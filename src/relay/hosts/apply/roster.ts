/** The first roster, given to a relay that has none. Later ones are given by `relay roster apply`, by whoever may. */
import { relayCommand, relayJson } from './relay-command.ts';
import { HostError } from '../ssh/port.ts';
import type { StatusJson } from '../../api/wire.ts';
import type { WholePhase } from './work.ts';

export const firstRoster: WholePhase = {
  name: 'roster',
  // Whether there is one, relay knows: an earlier run may have been cut off before.
  wanted: ({ inventory }) => inventory.rosterFile !== null,
  whole: async ({ inventory, hosts, givenFiles }, say) => {
    const [first] = hosts;
    if (first === undefined || inventory.rosterFile === null) return;
    const { host, remote } = first;
    const { rosterVersion } = await relayJson<StatusJson>(remote, ['status'], { answers: [1] });
    if (rosterVersion > 0) return;
    const content = givenFiles[inventory.rosterFile];
    if (content === undefined)
      throw new HostError(host.name, 'apply the first roster', null, `${inventory.rosterFile} was not read`);
    const said = await relayCommand(
      remote,
      ['roster', 'apply', '-', '--yes', '--as', 'relay cluster apply'],
      {
        stdin: new TextDecoder().decode(content),
      },
    );
    say(host.name, said.trim().split('\n').at(-1) ?? '');
  },
};
