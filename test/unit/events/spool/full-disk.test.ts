import { expect, it, onTestFinished } from 'vitest';
import { DiskSpool } from '../../../../src/relay/events/spool/disk.ts';
import { HandClock } from '../../../contract/hand-clock.ts';
import { accepted } from './rows.ts';

/** A spool whose disk refuses so many drops. */
async function spoolOnFullDisk(refusals: number) {
  const clock = new HandClock();
  const file = new URL('./children/full-worker.ts', import.meta.url);
  const spool = new DiskSpool(file, { path: 'none', maxBytes: refusals }, clock);
  await spool.ready;
  onTestFinished(() => spool.close());
  const own = async (): Promise<number> => (await spool.counts()).own;
  return { spool, clock, own };
}

it('a full disk that refuses a drop is asked again until it can', async () => {
  const { spool, clock, own } = await spoolOnFullDisk(2);
  await spool.keep([accepted(1), accepted(2)], null);
  spool.drop([accepted(1).id], null);
  expect(await own()).toBe(2);
  clock.pass(5_000);
  expect(await own()).toBe(2);
  clock.pass(5_000);
  expect(await own()).toBe(1);
});

it('an alert that is kept again meanwhile stays', async () => {
  const { spool, clock, own } = await spoolOnFullDisk(1);
  await spool.keep([accepted(1), accepted(2)], null);
  spool.drop([accepted(1).id, accepted(2).id], null);
  await spool.keep([accepted(1)], null);
  clock.pass(5_000);
  expect(await own()).toBe(1);
  clock.pass(10_000);
  expect(await own()).toBe(1);
});
