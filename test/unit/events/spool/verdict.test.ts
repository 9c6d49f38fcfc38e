/** What a sender may be told, for everything that can be known at that moment. */
import { describe, expect, it } from 'vitest';
import { verdictOn } from '../../../../src/relay/events/spool/verdict.ts';
import type { Facts } from '../../../../src/relay/events/spool/verdict.ts';

const FLAGS = [false, true];
const everything = (['pending', 'durable', 'failed', 'unfit'] as const).flatMap((store) =>
  (['pending', 'kept', 'failed'] as const).flatMap((disk) =>
    FLAGS.flatMap((asking) =>
      [0, 1, 2].flatMap((onDisk) =>
        FLAGS.flatMap((inJournal) =>
          FLAGS.flatMap((clustered) =>
            FLAGS.flatMap((down) =>
              FLAGS.map(
                (late): Facts => ({
                  store,
                  disk,
                  peers: { asking, onDisk, inJournal },
                  clustered,
                  down,
                  late,
                }),
              ),
            ),
          ),
        ),
      ),
    ),
  ),
);
const disksOf = ({ disk, peers }: Facts): number => peers.onDisk + (disk === 'kept' ? 1 : 0);
const says = (...verdicts: string[]): Facts[] =>
  everything.filter((facts) => verdicts.includes(verdictOn(facts)));

describe('what is said', () => {
  it('is yes only on a quorum, on two disks, or on the one disk that a lone host has', () => {
    expect(says('journal').every(({ store }) => store === 'durable')).toBe(true);
    expect(says('spooled').length).toBeGreaterThan(10);
    for (const facts of says('spooled')) {
      expect(facts.peers.inJournal || disksOf(facts) >= (facts.clustered ? 2 : 1)).toBe(true);
    }
  });

  it('is "one disk" only when nothing better can come in time', () => {
    expect(says('one-disk').length).toBeGreaterThan(5);
    for (const facts of says('one-disk')) {
      expect(disksOf(facts)).toBe(1);
      expect(facts.clustered).toBe(true);
      expect(facts.late || (facts.disk !== 'pending' && !facts.peers.asking)).toBe(true);
    }
  });

  it('is no only when no disk has it, or no store can take it', () => {
    expect(says('refused').length).toBeGreaterThan(5);
    for (const facts of says('refused')) expect(facts.store === 'unfit' || disksOf(facts) === 0).toBe(true);
  });

  it('comes when the sender has waited long enough, whatever is still under way', () => {
    expect(says('wait').length).toBeGreaterThan(5);
    expect(says('wait').some(({ late }) => late)).toBe(false);
  });
});
