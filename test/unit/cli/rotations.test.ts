/** Rotations, stand-ins and the rest of the roster's commands as somebody types them. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { layerValues, shiftOf } from '../../../src/cli/quick/layer-values.ts';
import { readDay } from '../../../src/cli/quick/days.ts';
import { NOW_MS, standIn, type StandIn } from '../api/stand-in.ts';
import { runQuick } from './run-quick.ts';

const ZONE = 'Europe/Berlin';
let relay: StandIn;
beforeEach(async () => {
  vi.useFakeTimers({ now: NOW_MS, toFake: ['Date'] });
  relay = await standIn();
});
afterEach(async () => {
  await relay.close();
  vi.useRealTimers();
});
const run = (name: string, args: string[], values: Record<string, string | boolean | string[]> = {}) =>
  runQuick(relay, name, args, { as: 'ana', ...values });

describe('what a sysadmin types', () => {
  test.each([
    ['1w', '1 week'],
    ['12h', '12 hours'],
    ['2 weeks', '2 weeks'],
    ['1mo', '1 month'],
    ['daily', '1 day'],
    ['7 Days', '7 days'],
  ])('--every %s is %s', (text, shift) => {
    expect(shiftOf(text)).toBe(shift);
  });

  test.each(['', '0d', 'w', '1m', '1y'])('--every "%s" is refused with how to write it', (text) => {
    expect(() => shiftOf(text)).toThrow(/no length of a shift/);
  });

  test('hours and times are taken as they come', () => {
    expect(
      layerValues(
        { at: '9:00', start: 'mon', during: ['Mon-Fri 9:00-17:00', 'sat, sun 10:00 - 14:00'] },
        NOW_MS,
        ZONE,
      ),
    ).toEqual({
      handoff: '09:00',
      start: '2026-11-23',
      during: ['mon-fri 09:00-17:00', 'sat,sun 10:00-14:00'],
    });
    expect(() => layerValues({ at: '9' }, NOW_MS, ZONE)).toThrow(/no time of day/);
    expect(() => layerValues({ start: 'soon' }, NOW_MS, ZONE)).toThrow(/no day/);
  });

  test.each([
    ['today', '2026-11-21'],
    ['sat', '2026-11-21'],
    ['sunday', '2026-11-22'],
    ['Fri', '2026-11-27'],
    ['tomorrow', '2026-11-22'],
    ['2026-12-24', '2026-12-24'],
    ['2026-02-30', null],
    ['fr', null],
  ])('the day %s is %s', (text, day) => {
    expect(readDay(text, NOW_MS, ZONE)).toBe(day);
  });
});

describe('a rotation', () => {
  const add = (values: Record<string, string> = {}) =>
    run('rotation-add', ['ops', 'ana', 'ben'], { every: '1w', at: '02:00', zone: 'UTC', ...values });

  test('without a start has its first member on call at once', async () => {
    const added = await add();
    expect(added).toMatchObject({ exit: 0, err: '' });
    expect(added.out).toMatch(
      /^Added rotation ops \(UTC\): ana, ben, 1 week each, handoff 02:00, since 2026-11-21\nOn call differently in the next four weeks \(times in UTC\):\n {2}rotation ops: now - .*: ana instead of nobody\n/,
    );
    expect(added.out).not.toMatch(/before it starts/);
    const list = await run('rotation-list', []);
    expect(list.out).toMatch(/ops +ana +.* +ana, ben\n/);
    const shown = await run('rotation-show', ['ops']);
    expect(shown.out).toMatch(
      /^Rotation ops, times in UTC\n {2}layer 1 {2}ana, ben; 1 week each, handoff 02:00/,
    );
    expect(shown.out).toMatch(/no policy: nobody is paged by it yet/);
    expect((await run('rotation-show', ['ops'], { json: true })).json()).toMatchObject({ id: 'ops' });
  });

  test('is stood in for and changed by its own clock, or by that of --zone', async () => {
    await add({ zone: 'Pacific/Auckland' });
    const set = (values: Record<string, string>) =>
      run('oncall-set', ['ben'], { rotation: 'ops', until: 'mon 09:00', ...values });
    expect((await set({})).out).toMatch(/^Ben until Mon 09:00 NZDT in rotation ops\n/);
    expect(relay.core.roster.current().overrides[0]?.untilMs).toBe(Date.parse('2026-11-22T20:00:00Z'));
    expect((await set({ zone: 'UTC' })).out).toMatch(/^Ben until Mon 09:00 (?:UTC|GMT) in rotation ops\n/);
    expect((await set({ zone: 'Mars' })).exit).toBe(2);
    expect((await set({ rotation: 'night' })).exit).toBe(4);
    // It is the afternoon of the 21st there while Berlin has the night.
    const edited = await run('rotation-edit', ['ops'], { start: 'tomorrow' });
    expect(edited.out).toMatch(/since 2026-11-22\n.*\(times in Pacific\/Auckland\):\n/);
  });

  test('that starts later says how somebody has it until then', async () => {
    expect((await add({ start: 'mon' })).out).toContain(
      'Somebody until then: relay oncall set ana --rotation ops --until 2026-11-23T02:00:00Z\n',
    );
  });

  test('is edited, and removed; more changes than fit are counted', async () => {
    await add({ every: '12h' });
    const edited = await run('rotation-edit', ['ops'], { members: ['ben,ana'] });
    expect(edited.out).toMatch(
      /^Changed rotation ops .*\n.*\n(?: {2}rotation ops: .*\n){12} {2}… and \d+ more: --json\n$/,
    );
    expect((await run('rotation-remove', ['ops'])).out).toBe(
      'Removed rotation ops\nNobody is on call differently in the next four weeks.\n',
    );
    expect((await run('rotation-list', [])).out).toMatch(/^No rotations yet/);
  });

  test('that somebody joins or leaves tells no turns to write: the command moved nobody', async () => {
    await add({ start: 'today' });
    await run('person-add', ['cleo'], { email: ['cleo@example.com'] });
    const joined = await run('rotation-edit', ['ops'], { add: ['cleo'], after: 'ana' });
    expect(joined.out).toMatch(/^Changed rotation ops .*ana, cleo, ben, /);
    const left = await run('rotation-edit', ['ops'], { remove: ['ana'] });
    expect(left).toMatchObject({ exit: 0, err: '' });
    expect(joined.out + left.out).not.toMatch(/jump|nobody moves/);
  });

  test.each([
    ['a zone that is none', 'rotation-add', ['ops', 'ana'], { zone: 'Mars' }, /no time zone/],
    ['a layer that is none', 'rotation-edit', ['ops'], { layer: 'two' }, /no layer/],
    ['an empty name', 'rotation-edit', ['ops'], { add: ['ana,'] }, /--add "ana," has an empty place/],
    ['nothing to end', 'oncall-unset', [], {}, /Which override is to end/],
    ['a day that is none', 'oncall-swap', ['ana', 'soon', 'ben', 'thu'], {}, /"soon" is no day/],
    ['no policy', 'service-edit', ['db'], {}, /--policy/],
  ] as const)('%s is refused', async (_what, name, args, values, words) => {
    const ran = await run(name, [...args], { ...values } as Record<string, string | string[]>);
    expect(ran).toMatchObject({ exit: 2, err: expect.stringMatching(words) });
  });
});

describe('shifts and stand-ins', () => {
  beforeEach(async () => {
    await run('rotation-add', ['ops', 'ana', 'ben'], {
      every: '1d',
      at: '09:00',
      zone: 'UTC',
      start: 'today',
    });
  });

  test('the next of somebody', async () => {
    const next = await run('oncall-next', ['ana'], { for: '4d' });
    expect(next.out.split('\n').filter((line) => line.endsWith(' ops'))).toHaveLength(2);
    expect(next.out).toMatch(/ana is told whenever it is in policy default, level 1\.\n$/);
    expect((await run('oncall-next', ['zoe'])).err).toMatch(/no person zoe/);
    expect((await run('oncall-next', [], { as: 'root' })).err).toMatch(/You are root here/);
  });

  test('two swap, it is listed, and unset again', async () => {
    const swapped = await run('oncall-swap', ['ana', 'sat', 'ben', 'sun'], { why: 'a wedding' });
    expect(swapped.out).toMatch(/^Swapped: ben for ana in rotation ops from Sat /);
    const list = await run('oncall-unset', [], { list: true });
    expect(list.out).toMatch(/ben for ana +rotation ops .* ana: a wedding +3\.ops\n/);
    expect((await run('oncall-unset', ['3.ops'])).out).toMatch(/^Ended: ben for ana in rotation ops/);
    expect((await run('oncall-unset', ['ben'])).exit).toBe(4);
  });
});

test('a group, a person and a service are shown and changed', async () => {
  expect((await run('group-list', [])).out).toMatch(/^No groups yet/);
  expect((await run('group-add', ['dba', 'ana,ben'])).out).toMatch(/^Added group dba: ana, ben\n/);
  expect((await run('group-edit', ['dba'], { remove: ['ana'] })).out).toMatch(/^Changed group dba: ben\n/);
  expect((await run('group-show', ['dba'])).out).toBe('Group dba\n  people   ben\n  used by  no policy\n');
  expect((await run('group-list', [])).out).toMatch(/dba +ben\n/);
  const ben = await run('person-show', ['ben']);
  expect(ben.out).toMatch(
    /^ben \(Ben\)\n {2}contacts {3}email ben@example.com\n {2}otherwise {2}by every contact at once\n {2}told {7}now: everything: email at once\n {2}named by {3}policy default, level 2; group dba\n/,
  );
  expect((await run('person-remove', ['ben'])).err).toMatch(
    /ben is named by policy default, level 2; group dba/,
  );
  expect((await run('group-remove', ['dba'])).exit).toBe(0);
  const service = await run('service-show', ['default']);
  expect(service.out).toMatch(/^Service default\n[\s\S]* {2}policy +default\n[\s\S]*default +1 +ana/);
  expect((await run('service-edit', ['default'], { policy: 'default' })).out).toMatch(
    /^Service default has policy default\nNobody is on call/,
  );
  expect((await run('service-remove', ['default'])).exit).toBe(5);
});
