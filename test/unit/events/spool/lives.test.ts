/** Any sequence of failures: no accepted alert is ever nowhere, none is handed on twice in a life, nothing stays for ever. */
import { rmSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { openSpool } from '../../../../src/relay/events/spool/disk.ts';
import type { DiskSpool } from '../../../../src/relay/events/spool/disk.ts';
import { HandClock } from '../../../contract/hand-clock.ts';
import { MemorySpool, emptySpoolDisk } from '../../../sim/memory-spool.ts';
import { spoolFolders } from './folders.ts';
import { World } from './world.ts';
import type { Disk, HostName, Step } from './world.ts';

const folders = spoolFolders();
const host = fc.constantFrom<HostName[]>('one', 'one', 'one', 'two');
const flag = fc.boolean();

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('accept' as const),
      host,
      rows: fc.integer({ min: 1, max: 3 }),
      mail: fc.option(fc.integer({ min: 0, max: 3 })),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('mood' as const),
      host,
      mood: fc.constantFrom(
        'well' as const,
        'down' as const,
        'full' as const,
        'silent' as const,
        'deaf' as const,
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('land' as const, 'timeOut' as const, 'haunt' as const),
      host,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('reach' as const),
      host,
      how: fc.constantFrom('well' as const, 'not' as const, 'mute' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('full' as const), host, full: flag }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('down' as const), host, down: flag }) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      host,
      ms: fc.constantFrom(200, 500, 1_000, 5_000, 30_000, 60_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('hold' as const, 'release' as const, 'crash' as const),
      host,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('carry' as const), host, told: flag }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('burn' as const), host }) },
);
/** How many turns of promises go by until the next step: few, so that a crash finds things half done; 21: all. */
const story = fc.array(fc.tuple(step, fc.constantFrom(0, 1, 2, 3, 5, 8, 13, 21, 21)), {
  minLength: 25,
  maxLength: 70,
});

async function told(steps: [Step, number][], disk: () => Disk): Promise<World['told']> {
  const world = await World.open({ one: disk(), two: disk() });
  try {
    for (const [what, turns] of steps) {
      await world.step(what, turns);
      await world.look();
    }
    await world.converge();
    return world.told;
  } finally {
    await world.close();
  }
}

function inMemory(): Disk {
  let disk = emptySpoolDisk();
  return {
    open: () => Promise.resolve(new MemorySpool(disk)),
    fill: (full) => void (disk.full = full),
    burn: () => void (disk = emptySpoolDisk()),
  };
}

function onDisk(): Disk {
  const folder = folders.folder();
  let spool: DiskSpool | null = null;
  return {
    open: async () => {
      spool = await openSpool({ folder, clock: new HandClock() });
      return spool;
    },
    fill: (full) => void spool?.limitPages(full ? 1 : null),
    burn: () => rmSync(folder, { recursive: true }),
  };
}

it('over disks in memory, a thousand stories', async () => {
  const sum = { yes: 0, no: 0, alone: 0 };
  await fc.assert(
    fc.asyncProperty(story, async (steps) => {
      const { yes, no, alone } = await told(steps, inMemory);
      sum.yes += yes;
      sum.no += no;
      sum.alone += alone;
    }),
    { numRuns: 1_000, seed: 12 },
  );
  // The stories tell of all that a sender can be told.
  expect(sum.yes).toBeGreaterThan(5_000);
  expect(sum.no).toBeGreaterThan(200);
  expect(sum.alone).toBeGreaterThan(200);
});

it('over real files', async () => {
  await fc.assert(
    fc.asyncProperty(story, async (steps) => {
      await told(steps, onDisk);
    }),
    { numRuns: 15, seed: 13 },
  );
});
