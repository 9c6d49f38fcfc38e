import { expect, it } from 'vitest';
import { listIncidents } from '../../../../src/relay/store/cassandra/incidents.ts';
import { Names } from '../../../../src/relay/store/cassandra/names.ts';
import type { Session } from '../../../../src/relay/store/cassandra/session.ts';
import { HandClock } from '../../../contract/hand-clock.ts';

const HOUR_MS = 3_600_000;

/** One block with one number in it, which leads to a lineage that has no incident of that number. */
function withAlias(writtenAgoMs: number) {
  const clock = new HandClock();
  const alias = { closed: false, looks: 0 };
  const session = {
    clock,
    read: (query: string) => {
      if (query.includes('FROM blocks')) return Promise.resolve([{ block: 3_554, closed: false }]);
      if (query.includes('FROM names')) {
        const written = (clock.wallMs() - writtenAgoMs) * 1_000;
        return Promise.resolve([{ number: 910_001, lineage: 'i:db/disk', closed: alias.closed, written }]);
      }
      alias.looks += 1;
      return Promise.resolve([]);
    },
    writeTogether: (statements: { query: string; params: unknown[] }[]) => {
      for (const { query, params } of statements) {
        if (query.startsWith('UPDATE names SET closed = true') && params[1] === 910_001) alias.closed = true;
      }
      return Promise.resolve();
    },
    write: () => Promise.resolve(),
    inBackground: (work: Promise<unknown>) => void work,
  } as unknown as Session;
  const names = new Names(session);
  const listOpen = () => listIncidents(session, names, { open: true, limit: 500 });
  return { alias, listOpen };
}

it('a number that a host gave an incident without a quorum is looked at once after an hour, and not ever after', async () => {
  const { alias, listOpen } = withAlias(2 * HOUR_MS);
  expect(await listOpen()).toEqual([]);
  expect(alias).toEqual({ closed: true, looks: 1 });
  expect(await listOpen()).toEqual([]);
  expect(alias.looks).toBe(1);
});

it('a number whose commit may be on its way is looked at again', async () => {
  const { alias, listOpen } = withAlias(HOUR_MS / 2);
  await listOpen();
  await listOpen();
  expect(alias).toEqual({ closed: false, looks: 2 });
});
