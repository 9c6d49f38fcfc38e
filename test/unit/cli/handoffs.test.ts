/** `relay oncall handoff` as cron(8) and people see it. */
import { expect, test } from 'vitest';
import type { HandoffRow } from '../../../src/relay/engine/handoffs.ts';
import { standIn } from '../api/stand-in.ts';
import { runQuick } from './run-quick.ts';

const row = (from: string | null, to: string | null): HandoffRow => ({
  rotation: 'ops',
  from,
  to,
  atMs: Date.UTC(2026, 10, 20, 8),
  also: [],
  isEdit: false,
  foundMs: 0,
  rosterVersion: 1,
});
const holders = { throughMs: 0, rotations: { ops: { person: 'ben', atMs: Date.UTC(2026, 10, 20, 8) } } };

test('it says what was handed over, and what came too late', async () => {
  const relay = await standIn({
    handOver: { handed: [row('ana', 'ben')], skipped: [row('ben', null)], holders },
  });
  const { out } = await runQuick(relay, 'oncall-handoff', [], {});
  expect(out).toMatch(/^Handed over ops: from ana to ben, Fri .*\n/);
  expect(out).toMatch(
    /\nNobody is told any more of ops: from ben to nobody, Fri .*: that was over a day ago\n$/,
  );
  expect((await runQuick(relay, 'oncall-handoff', [], { quiet: true })).out).toBe(out);
  const json: unknown = JSON.parse((await runQuick(relay, 'oncall-handoff', [], { json: true })).out);
  expect(json).toMatchObject({
    handed: [{ rotation: 'ops', from: 'ana', to: 'ben', at: '2026-11-20T08:00:00.000Z' }],
    holders: [{ rotation: 'ops', person: 'ben', since: '2026-11-20T08:00:00.000Z' }],
  });
  await relay.close();
});

test('it says when nothing was due, or with --quiet nothing at all', async () => {
  const relay = await standIn({ handOver: { handed: [], skipped: [], holders } });
  expect((await runQuick(relay, 'oncall-handoff', [], {})).out).toMatch(
    /^Nothing is to be handed over\.\nops: ben since Fri .*\n$/,
  );
  expect((await runQuick(relay, 'oncall-handoff', [], { quiet: true })).out).toBe('');
  await relay.close();
});
