import { describe, expect, it } from 'vitest';
import { lineageKey } from '../../../src/relay/incidents/rows.ts';
import type { IncidentBody } from '../../../src/relay/incidents/rows.ts';
import { shardOf, onlyOnceId } from '../../../src/relay/store/places.ts';
import type { JournalRow, Store } from '../../../src/relay/store/port.ts';
import { host } from './host-alone.ts';
import { HOST, alertRow } from './rows.ts';

const LINEAGE = lineageKey('db', 'disk');

/** `relay ack` or `relay resolve` as the API accepts it. */
function command(seq: number, action: 'ack' | 'resolve', number: number, lineage = LINEAGE): JournalRow {
  const stamp = { host: HOST, seq, atMs: Date.now(), trusted: true };
  const shard = shardOf(lineage);
  return {
    id: onlyOnceId(stamp, 'a', shard),
    shard,
    stamp,
    input: { kind: 'command', action, number, lineage, actor: 'ana' },
    raw: null,
  };
}

const bodies = async (store: Store | null): Promise<IncidentBody[]> =>
  ((await store?.incidents({ limit: 10 })) ?? []).map(({ body }) => body as IncidentBody);

describe('a command while there is no quorum', () => {
  it("acts on this host's own incident at once; with the quorum back everybody knows, and nobody is told again", async () => {
    const { accept, loseQuorum, regainQuorum, pass, incident, to, degraded, spool } = await host();
    await loseQuorum();
    await accept(alertRow(1));
    await pass(1_000);
    const [alone] = await bodies(degraded.store);
    expect(alone).toMatchObject({ status: 'triggered' });
    const row = command(2, 'ack', alone?.number ?? 0);
    await accept(row);
    expect(await degraded.whenDone(row.id, 5_000)).toBe(true);
    expect(await bodies(degraded.store)).toMatchObject([{ status: 'acknowledged' }]);
    expect(spool.has(row.id), 'what was carried through here need not go to the cluster').toBe(false);
    await pass(120_000);
    expect(to('ben'), 'nobody else is told').toEqual([]);
    await regainQuorum();
    expect(degraded.store).toBeNull();
    expect(await incident()).toMatchObject({ status: 'acknowledged', answeredBy: 'ana' });
    await pass(120_000);
    expect(to('ana')).toHaveLength(1);
    expect(to('ben')).toEqual([]);
  });

  it('about an incident of the cluster waits for the quorum, and acts then', async () => {
    const { accept, loseQuorum, regainQuorum, pass, incident, degraded, spool } = await host();
    await accept(alertRow(1));
    await pass(1_000);
    const number = (await incident())?.number ?? 0;
    expect(number).toBeGreaterThan(0);
    await loseQuorum();
    const row = command(2, 'resolve', number);
    await accept(row);
    expect(await degraded.whenDone(row.id, 5_000)).toBe(false);
    expect(spool.has(row.id)).toBe(true);
    await regainQuorum();
    expect(await incident()).toMatchObject({ status: 'resolved', answeredBy: 'ana' });
  });

  it('with a number that this host gave to another incident waits too', async () => {
    const { accept, loseQuorum, pass, degraded } = await host();
    await loseQuorum();
    await accept(alertRow(1));
    await pass(1_000);
    const [alone] = await bodies(degraded.store);
    const row = command(2, 'ack', alone?.number ?? 0, lineageKey('db', 'memory'));
    await accept(row);
    expect(await degraded.whenDone(row.id, 5_000)).toBe(false);
    expect(await bodies(degraded.store)).toMatchObject([{ status: 'triggered' }]);
  });
});
