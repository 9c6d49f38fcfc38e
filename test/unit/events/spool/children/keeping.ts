/** Keeps rows in the spool at argv[2] as fast as it can and prints the seq of each that was acknowledged. */
import { openSpool } from '../../../../../src/relay/events/spool/disk.ts';
import { HandClock } from '../../../../contract/hand-clock.ts';
import { accepted } from '../rows.ts';

const [, , folder = ''] = process.argv;
const spool = await openSpool({ folder, clock: new HandClock() });
const raw = new Uint8Array(700).fill(1);
let seq = 0;

async function lane(): Promise<never> {
  for (;;) {
    seq += 1;
    const mine = seq;
    await spool.keep([accepted(mine, { raw })], null);
    // Waits for a reader that is slow; what is printed was acknowledged in any case.
    process.stdout.write(`${mine}\n`);
  }
}
await Promise.all(Array.from({ length: 32 }, lane));
