import { describe, expect, it } from 'vitest';
import { findWindow } from '../../../src/relay/oncall/checks.ts';
import { addWindow, endWindow, removeService, removeWindow } from '../../../src/relay/oncall/edits.ts';
import type { WindowEdit } from '../../../src/relay/oncall/edits.ts';
import { maintenanceAt, windowNextMs, windowWords } from '../../../src/relay/oncall/maintenance.ts';
import type { About, Policy, Roster } from '../../../src/relay/oncall/types.ts';
import { duty } from '../../../src/relay/oncall/who.ts';
import { refusal } from './refusal.ts';
import { HOUR, NOW, team } from './rosters.ts';

const about = (parts: Partial<About> = {}): About => ({
  dedupKey: 'nagios/db1.example.com/disk',
  summary: 'disk full',
  host: 'db1.example.com',
  ...parts,
});
const added = (edit: Partial<WindowEdit>, roster = team()): Roster =>
  addWindow(roster, { by: 'ana', nowMs: NOW, ...edit });
const forTwoHours = (edit: Partial<WindowEdit> = {}): Roster => added({ untilMs: NOW + 2 * HOUR, ...edit });
const inForce = (roster: Roster, one = about(), service = 'db', atMs = NOW): string | null =>
  maintenanceAt(roster, service, one, atMs)?.window.id ?? null;

describe('a window', () => {
  it('of a host is for that host by its short and whole name, and for no other', () => {
    const roster = forTwoHours({ hosts: ['db1'] });
    expect(inForce(roster)).toBe('db1');
    expect(inForce(roster, about({ host: 'db1' }))).toBe('db1');
    expect(inForce(roster, about({ host: 'db2.example.com' }))).toBeNull();
    expect(inForce(roster, about({ host: 'db10' }))).toBeNull();
  });

  it('of a host is for an alert without one that has its name as a word', () => {
    const roster = forTwoHours({ hosts: ['db1'] });
    const plain = (summary: string): About => ({ dedupKey: summary, summary });
    expect(inForce(roster, plain('disk full on db1.'))).toBe('db1');
    expect(inForce(roster, plain('disk full on DB1.example.com: 98%'))).toBe('db1');
    expect(inForce(roster, plain('disk full on db10'))).toBeNull();
  });

  it('of a service and a pattern is for what fits both', () => {
    const roster = forTwoHours({ services: ['db'], matches: ['disk*'] });
    expect(inForce(roster)).toBe('db');
    expect(inForce(roster, about({ summary: 'load high' }))).toBeNull();
    expect(inForce(roster, about(), 'web')).toBeNull();
    expect(roster.maintenance?.map(windowWords)).toEqual(['service db and "disk*"']);
  });

  it('begins and ends to the millisecond, and one that begins in time goes on where another ends', () => {
    const first = added({ id: 'a', fromMs: NOW + HOUR, untilMs: NOW + 2 * HOUR, services: ['db'] });
    const roster = added({ id: 'b', fromMs: NOW + 2 * HOUR, untilMs: NOW + 3 * HOUR, hosts: ['db*'] }, first);
    expect(inForce(roster, about(), 'db', NOW + HOUR - 1)).toBeNull();
    expect(maintenanceAt(roster, 'db', about(), NOW + HOUR)?.untilMs).toBe(NOW + 3 * HOUR);
    expect(inForce(roster, about(), 'db', NOW + 3 * HOUR)).toBeNull();
  });

  it('that comes again and ends before its first time is refused: it would never come', () => {
    const weekly: Partial<WindowEdit> = {
      id: 'patches',
      during: [{ days: ['sun'], from: '02:00', until: '04:00' }],
      zone: 'UTC',
      hosts: ['db1'],
    };
    expect(refusal(() => forTwoHours(weekly)).message).toMatch(
      /None of its hours \(sun 02:00-04:00 \(UTC\)\) comes before it ends/,
    );
    expect(added({ ...weekly, untilMs: NOW + 8 * 24 * HOUR }).maintenance).toHaveLength(1);
    expect(
      added({ ...weekly, fromMs: NOW + 90 * 24 * HOUR, untilMs: NOW + 98 * 24 * HOUR }).maintenance,
    ).toHaveLength(1);
  });

  it('comes again by the clock on the wall, on both sides of a clock change', () => {
    const roster = added({
      id: 'patches',
      during: [{ days: ['sun'], from: '02:30', until: '04:00' }],
      zone: 'Europe/Berlin',
      hosts: ['web*'],
    });
    const window = findWindow(roster, 'patches');
    const next = (iso: string): string => new Date(windowNextMs(window, Date.parse(iso)) ?? 0).toISOString();
    expect(next('2026-03-16T00:00:00Z')).toBe('2026-03-22T01:30:00.000Z');
    // 02:30 doesn't exist that night.
    expect(next('2026-03-23T00:00:00Z')).toBe('2026-03-29T01:30:00.000Z');
    expect(next('2026-03-30T00:00:00Z')).toBe('2026-04-05T00:30:00.000Z');
    expect(windowWords(window)).toBe('host web*, sun 02:30-04:00 (Europe/Berlin)');
  });

  it('is refused when it would never end, has no end, or names what is not there', () => {
    const always = [{ from: '00:00', until: '24:00' }];
    expect(refusal(() => added({ during: always, zone: 'UTC' })).message).toMatch(/no end/);
    expect(refusal(() => added({ hosts: ['db1'] })).message).toBe('A window ends');
    expect(refusal(() => forTwoHours({ services: ['nothing'] })).code).toBe('not_found');
    expect(refusal(() => forTwoHours({ hosts: [' '] })).code).toBe('usage');
    expect(refusal(() => added({ untilMs: NOW - 1 })).message).toBe('It would be over already');
    expect(refusal(() => added({ untilMs: NOW + 400 * 24 * HOUR })).message).toMatch(/over a year/);
    expect(refusal(() => forTwoHours({ id: 'end' })).code).toBe('usage');
    const roster = forTwoHours({ id: 'db1' });
    expect(refusal(() => added({ id: 'db1', untilMs: NOW + HOUR }, roster)).code).toBe('conflict');
  });

  it('without a name is given one by what it is for', () => {
    const one = forTwoHours({ hosts: ['*.Example.com'] });
    const two = added({ hosts: ['*.Example.com'], untilMs: NOW + HOUR }, one);
    const three = added({ untilMs: NOW + HOUR }, two);
    expect(three.maintenance?.map(({ id }) => id)).toEqual(['example-com', 'example-com-2', 'all']);
  });

  it('ends before its time; one that comes again misses this time only', () => {
    const once = forTwoHours({ hosts: ['db1'] });
    expect(endWindow(once, 'db1', NOW + HOUR).maintenance).toEqual([]);
    const again = added({ id: 'daily', during: [{ from: '12:00', until: '14:00' }], zone: 'UTC' });
    const ended = endWindow(again, 'daily', NOW);
    expect(inForce(ended)).toBeNull();
    expect(inForce(ended, about(), 'db', NOW + 24 * HOUR)).toBe('daily');
    expect(refusal(() => endWindow(ended, 'daily', NOW)).message).toMatch(/not in force/);
    expect(removeWindow(ended, 'daily').maintenance).toEqual([]);
  });

  it('for a service that is removed goes with it', () => {
    const both = added(
      { id: 'both', services: ['db', 'web'], untilMs: NOW + HOUR },
      forTwoHours({ services: ['db'] }),
    );
    expect(removeService(both, 'db').maintenance).toMatchObject([{ id: 'both', services: ['web'] }]);
  });
});

describe('who is told during maintenance', () => {
  const asked = { severity: 'critical' as const, about: about() };

  it('nobody before its end, and the timeline says why', () => {
    const roster = forTwoHours({ hosts: ['db1'], why: 'kernel update' });
    expect(duty(roster, 'db', NOW, [], 'UTC', asked).wait).toEqual({
      untilMs: NOW + 2 * HOUR,
      why: 'waits until Thu 15:00 UTC: maintenance db1 (kernel update)',
      maintenance: 'db1',
    });
    expect(duty(roster, 'db', NOW + 2 * HOUR, [], 'UTC', asked).wait).toBeUndefined();
    expect(duty(roster, 'web', NOW, [], 'UTC', { about: about({ host: 'web1' }) }).wait).toBeUndefined();
  });

  it('also where a person has given the incident another policy', () => {
    const roster = forTwoHours({ services: ['db'] });
    expect(duty(roster, 'db', NOW, [], 'UTC', { ...asked, policy: 'front' }).wait).toBeDefined();
  });

  it('goes on waiting where a rule of the policy takes over, and the other way round', () => {
    const base = forTwoHours({ hosts: ['db1'] });
    const rules = (policy: Policy): Policy => ({
      ...policy,
      zone: 'UTC',
      rules: [{ during: [{ from: '15:00', until: '18:00' }], does: 'wait' }],
    });
    const roster = { ...base, policies: base.policies.map(rules) };
    expect(duty(roster, 'db', NOW, [], 'UTC', asked).wait).toMatchObject({ untilMs: NOW + 5 * HOUR });
    const late = added({ services: ['db'], fromMs: NOW + 4 * HOUR, untilMs: NOW + 6 * HOUR }, roster);
    expect(duty(late, 'db', NOW + 3 * HOUR, [], 'UTC', asked).wait?.untilMs).toBe(NOW + 6 * HOUR);
  });
});
