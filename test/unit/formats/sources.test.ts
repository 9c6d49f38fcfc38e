/** What monitors really send becomes what it is. `npm run formats -- --wrong` shows the same as a table. */
import { describe, expect, test } from 'vitest';
import { MAIL_SOURCES } from '../../../src/relay/events/formats/sources/index.ts';
import { fixtures } from '../../formats/fixtures.ts';
import { judge, readFixture } from '../../formats/judge.ts';

const known = new Set(MAIL_SOURCES.map(({ name }) => name));
const bySource = Map.groupBy(fixtures(), ({ source }) => source);

describe.each([...bySource].filter(([source]) => known.has(source)))('%s', (source, some) => {
  test('opens, closes and leaves alone what it should, each under its own key', async () => {
    const { wrong } = judge(source, await Promise.all(some.map(readFixture)));
    expect(wrong).toEqual([]);
  });
});

test('no two problems of any source share a key', async () => {
  for (const [source, all] of bySource) {
    // Whole requests are for the addresses that they were made for.
    const some = all.filter(({ http }) => http !== 'message/http');
    const { wrongMerges } = judge(source, await Promise.all(some.map(readFixture)));
    expect({ source, wrongMerges }).toEqual({ source, wrongMerges: 0 });
  }
});
