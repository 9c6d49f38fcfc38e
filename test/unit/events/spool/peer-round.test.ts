import { expect, it } from 'vitest';
import { PeerRound } from '../../../../src/relay/events/spool/peer-round.ts';
import { HandClock } from '../../../contract/hand-clock.ts';
import { calm } from '../../engine/calm.ts';
import { accepted } from './rows.ts';

it.each([null, {}, { kept: 'soon' }])(
  'what a host of another version answers (%j) is no copy, and the next host is asked',
  async (answer) => {
    const asked: string[] = [];
    const round = new PeerRound({
      peers: {
        hosts: () => ['two', 'three'],
        keep: (host) => {
          asked.push(host);
          return Promise.resolve((host === 'two' ? answer : { kept: 'disk' }) as { kept: 'disk' });
        },
        release: () => Promise.resolve(),
      },
      rows: [accepted(1)],
      clock: new HandClock(),
      wanted: () => 1,
      onChange: () => undefined,
    });
    await calm();
    expect(asked).toEqual(['two', 'three']);
    expect(round.facts).toEqual({ asking: false, onDisk: 1, inJournal: false });
    round.stop();
  },
);
