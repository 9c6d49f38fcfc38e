import { describe, expect, it } from 'vitest';
import {
  addHeartbeat,
  editHeartbeat,
  emptyRoster,
  removeHeartbeat,
  removeService,
  replacePingKey,
} from '../../../src/relay/oncall/edits.ts';
import { buildRoster } from '../../../src/relay/oncall/file/build.ts';
import { differences } from '../../../src/relay/oncall/file/differences.ts';
import { writeParts } from '../../../src/relay/oncall/file/parts.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';

const HASH = 'a'.repeat(64);
const BASE: Roster = {
  ...emptyRoster(),
  people: [{ id: 'ana', name: 'Ana', contacts: [{ channel: 'email', address: 'ana@example.com' }] }],
  policies: [{ id: 'default', levels: [{ people: ['ana'], afterMs: 300_000 }], repeat: 0 }],
  services: [
    { id: 'default', policy: 'default', keyHashes: [HASH.replaceAll('a', '0')] },
    { id: 'db', policy: 'default', keyHashes: [HASH.replaceAll('a', '1')] },
  ],
};
const TIMES = { everyMs: 86_400_000, graceMs: 3_600_000 };
const WITH = addHeartbeat(BASE, { id: 'backup', service: 'db', ...TIMES, keyHash: HASH });

describe('a heartbeat in the roster', () => {
  it('is added to its service, or to the default one', () => {
    expect(WITH.heartbeats).toEqual([{ id: 'backup', service: 'db', ...TIMES, keyHashes: [HASH] }]);
    const other = addHeartbeat(BASE, { id: 'backup', ...TIMES, severity: 'critical', keyHash: HASH });
    expect(other.heartbeats).toMatchObject([{ service: 'default', severity: 'critical' }]);
  });

  it.each([
    [{ id: 'backup' }, 'There is a heartbeat backup already'],
    [{ id: 'pause' }, '"pause" has a meaning of its own'],
    [{ id: 'x', service: 'web' }, 'There is no service web'],
    [{ id: 'x', everyMs: 1_000 }, "The time from one report to the next can't be 1s"],
    [{ id: 'x', graceMs: 1_000 }, "The grace can't be 1s"],
  ])('is refused as %o', (wrong, why) => {
    expect(() => addHeartbeat(WITH, { ...TIMES, keyHash: HASH, ...wrong })).toThrow(why);
  });

  it('is edited in what is given, paused and resumed', () => {
    const paused = editHeartbeat(WITH, 'backup', { paused: true, graceMs: 60_000 });
    expect(paused.heartbeats).toEqual([
      { id: 'backup', service: 'db', everyMs: 86_400_000, graceMs: 60_000, keyHashes: [HASH], paused: true },
    ]);
    expect(editHeartbeat(paused, 'backup', { paused: false, graceMs: 3_600_000 })).toEqual(WITH);
    expect(editHeartbeat(WITH, 'backup', { paused: false })).toBe(WITH);
  });

  it('has two keys at most while jobs follow', () => {
    const [second, third] = [HASH.replaceAll('a', 'b'), HASH.replaceAll('a', 'c')];
    const twice = replacePingKey(replacePingKey(WITH, 'backup', second), 'backup', third);
    expect(twice.heartbeats?.[0]?.keyHashes).toEqual([third, second]);
  });

  it('keeps its service from being removed', () => {
    expect(() => removeService(WITH, 'db')).toThrow('Heartbeat backup belongs to service db');
    expect(removeService(removeHeartbeat(WITH, 'backup'), 'db').services).toHaveLength(1);
  });
});

describe('a heartbeat in the roster file', () => {
  const applied = { by: 'root', nowMs: 0 };
  const plain = writeParts(WITH);

  it('is written and read as it is', () => {
    expect(plain['heartbeats']).toEqual({
      backup: { service: 'db', every: '1d', grace: '1h', keys: [HASH] },
    });
    expect(buildRoster(BASE, plain, applied)).toMatchObject({
      problems: [],
      roster: { heartbeats: WITH.heartbeats },
    });
    expect(differences(BASE, WITH)).toEqual([expect.stringContaining('+ heartbeat backup')]);
  });

  it('stays when the file says nothing of heartbeats, with its keys when it leaves those out', () => {
    const { heartbeats: _, ...without } = plain;
    expect(buildRoster(WITH, without, applied).roster).toBe(WITH);
    const keyless = { ...plain, heartbeats: { backup: { service: 'db', every: '12h', grace: '1h' } } };
    expect(buildRoster(WITH, keyless, applied).roster.heartbeats).toMatchObject([
      { everyMs: 43_200_000, keyHashes: [HASH] },
    ]);
  });

  it('is told of where it can’t be, and where nothing could report to it', () => {
    const wrong = { ...plain, heartbeats: { backup: { service: 'web', every: '1s', grace: '1h' } } };
    expect(buildRoster(BASE, wrong, applied).problems.map(({ text }) => text)).toEqual(
      expect.arrayContaining([expect.stringContaining('there is no service')]),
    );
    const fresh = { ...plain, heartbeats: { rotate: { service: 'db', every: '1h', grace: '1m' } } };
    expect(buildRoster(BASE, fresh, applied).warnings.map(({ text }) => text)).toEqual([
      'heartbeat rotate has no key, so that nothing can report to it. Make one with: relay heartbeat key rotate',
    ]);
  });
});
