import { expect, test } from 'vitest';
import { jobService, jobsOf } from '../../../../src/relay/hosts/components/cassandra/jobs.ts';
import { FIVE, inventoryOf } from './five-hosts.ts';

const jobs = FIVE.flatMap((host) => jobsOf({ inventory: inventoryOf(), host }));

test('a repair that finds its node down is tried again each hour, rather than missed for a week', () => {
  expect(jobs).toHaveLength(15);
  for (const job of jobs) {
    const text = jobService(job);
    // What needs the node to run already fails by its dependency, and that is never tried again.
    expect(text).not.toMatch(/^(?:Requisite|Requires|BindsTo)=/mu);
    expect(text).toMatch(/^After=relay-cassandra\.service$/mu);
    expect(text).toMatch(/^Restart=on-failure\nRestartSec=1h$/mu);
  }
});

test('no two hosts begin a repair on the same day', () => {
  const repairs = jobs.filter(({ name }) => name === 'relay-cassandra-repair');
  expect(new Set(repairs.map(({ calendar }) => calendar.slice(0, 3))).size).toBe(5);
});
