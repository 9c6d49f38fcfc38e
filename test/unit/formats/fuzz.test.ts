import { expect, test, vi } from 'vitest';
import { readMailOffline, readRequestOffline } from '../../../src/relay/events/offline.ts';
import { broken } from '../../formats/fuzz/bounds.ts';
import { CHANGES } from '../../formats/fuzz/changes.ts';
import { mutants } from '../../formats/fuzz/mutants.ts';
import { requestMutants } from '../../formats/fuzz/requests.ts';
import { fc } from '../events/property.ts';
import { fixture } from '../events/stand-ins.ts';

/** Thousands of readings: on a busy machine they take their time. */
vi.setConfig({ testTimeout: 300_000 });

const KB = 1024;

async function wrongOf(raw: Uint8Array): Promise<string[]> {
  const reading = await readMailOffline(raw);
  return 'refused' in reading ? [reading.refused] : broken(reading.events);
}

test('whatever happens to an alert mail on its way, it becomes an event within its bounds', async () => {
  await fc.assert(
    fc.asyncProperty(mutants(24 * KB), async ({ name, raw }) => {
      expect({ name, wrong: await wrongOf(raw) }).toEqual({ name, wrong: [] });
    }),
    { numRuns: 1_500 },
  );
});

test('bytes of any kind become an event', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2 * KB, size: 'max' }), async (raw) => {
      expect(await wrongOf(raw)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test.each(Object.keys(CHANGES))('half a megabyte of a mail: %s', async (name) => {
  for (const [pick, token] of [
    [0.1, '['],
    [0.5, '-> '],
    [0.9, ': \u2028'],
  ] as const) {
    const raw = CHANGES[name]?.(fixture('nagios-problem'), pick, token, 512 * KB) ?? Buffer.alloc(0);
    expect(await wrongOf(raw)).toEqual([]);
  }
});

test('whatever happens to a request, it is refused with words or becomes events within their bounds', async () => {
  await fc.assert(
    fc.asyncProperty(requestMutants(24 * KB), async ({ name, raw, contentType }) => {
      const reading = await readRequestOffline(raw, contentType);
      const wrong = 'events' in reading ? broken(reading.events) : reading.refused === '' ? ['no words'] : [];
      expect({ name, wrong }).toEqual({ name, wrong: [] });
    }),
    { numRuns: 1_000 },
  );
});
