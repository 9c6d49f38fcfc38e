/** What monitors really send becomes what it is. `npm run formats -- --wrong` shows the same as a table. */
import { describe, expect, test } from 'vitest';
import { MAIL_SOURCES } from '../../../src/relay/events/formats/sources/index.ts';
import { WEBHOOK_SOURCES } from '../../../src/relay/events/formats/webhooks/index.ts';
import { fixtures, type Fixture } from '../../formats/fixtures.ts';
import { judge, readFixture } from '../../formats/judge.ts';

const mails = new Set(MAIL_SOURCES.map(({ name }) => name));
const requests = new Set(WEBHOOK_SOURCES.map(({ name }) => name));
/** APIs that are read by their routes, and what nobody knows, by what its fields mean. */
const ALL = new Set([
  'pagerduty',
  'opsgenie',
  'alertmanager-pagerduty',
  'alertmanager-opsgenie',
  'json',
  'chat-posts',
]);
const bySource = Map.groupBy(fixtures(), ({ source }) => source);

/** A folder's name may say what its files are: `uptime-kuma-webhook`, `azure-monitor`. */
function isKnown({ source, http }: Fixture): boolean {
  const names = http === null ? mails : requests;
  return (
    ALL.has(source) || names.has(source) || names.has(source.replace(/-(?:webhook|sns|event|monitor)$/, ''))
  );
}

const known = [...bySource]
  .map(([source, all]): [string, Fixture[]] => [source, all.filter(isKnown)])
  .filter(([, some]) => some.length > 0);

describe.each(known)('%s', (source, some) => {
  test('opens, closes and leaves alone what it should, each under its own key', async () => {
    const { wrong } = judge(source, await Promise.all(some.map(readFixture)));
    expect(wrong).toEqual([]);
  });
});

/** Nobody's own mails: read by the general rules, which may miss a pair but never open, close or merge wrongly. */
const GENERAL = ['long-tail', 'awkward'];

describe.each(GENERAL)('%s', (source) => {
  test('opens, closes and leaves alone what it should, and merges nothing wrongly', async () => {
    const { wrong, pairs } = judge(source, await Promise.all((bySource.get(source) ?? []).map(readFixture)));
    expect(wrong.filter((line) => !line.includes('one problem, two keys'))).toEqual([]);
    expect(pairs.right / pairs.of).toBeGreaterThan(0.995);
  });
});

test('no two problems of any source share a key', async () => {
  for (const [source, some] of bySource) {
    const { wrongMerges } = judge(source, await Promise.all(some.map(readFixture)));
    expect({ source, wrongMerges }).toEqual({ source, wrongMerges: 0 });
  }
});
