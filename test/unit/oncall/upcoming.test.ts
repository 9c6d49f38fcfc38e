import { describe, expect, it } from 'vitest';
import { oncallOf } from '../../../src/relay/oncall/upcoming.ts';
import { HOUR, NOW, override, team } from './rosters.ts';

const show = (roster: ReturnType<typeof team>, service = 'db') =>
  oncallOf(roster, service, NOW, ['cy'], 'Europe/Berlin');

describe('relay oncall', () => {
  it('knows no next change when nothing is planned', () => {
    expect(show(team())).toEqual({
      service: 'db',
      policy: 'storage',
      levels: [
        { level: 1, people: [{ person: 'ana', untilMs: null, because: 'policy storage' }] },
        { level: 2, people: [{ person: 'ben', untilMs: null, because: 'policy storage' }] },
      ],
      next: null,
    });
  });

  it('says until when an override holds and who is next', () => {
    const view = show(team([override({ person: 'cy' })]));
    expect(view.levels[0]?.people).toEqual([
      { person: 'cy', untilMs: NOW + HOUR, because: 'override by root until Thu 15:00 CET' },
    ]);
    expect(view.levels[1]?.people[0]?.untilMs).toBeNull();
    expect(view.next).toEqual({ atMs: NOW + HOUR, text: 'Thu 15:00 CET: ana at level 1 (policy storage)' });
  });

  it('tells times over six days from whoever reads it with their date, whatever time is asked for', () => {
    const DAY = 24 * HOUR;
    const asked = team([
      override({ person: 'cy', fromMs: NOW, untilMs: NOW + 9 * DAY }),
      override({ id: 'o2', person: 'ben', fromMs: NOW + 9 * DAY, untilMs: NOW + 12 * DAY }),
    ]);
    const view = oncallOf(asked, 'db', NOW + 8 * DAY, ['cy'], 'Europe/Berlin', NOW);
    expect(view.levels[0]?.people[0]?.because).toBe('override by root until Sat 6 Dec 2025 14:00 CET');
    expect(view.next?.text).toBe(
      'Sat 6 Dec 2025 14:00 CET: ben at level 1 (override by root until Tue 9 Dec 2025 14:00 CET)',
    );
    const soon = oncallOf(asked, 'db', NOW + 5 * DAY, ['cy'], 'Europe/Berlin', NOW);
    expect(soon.next?.text).toContain('until Tue 9 Dec 2025 14:00 CET');
  });

  it('sees one that is yet to come', () => {
    const view = show(team([override({ person: 'cy', fromMs: NOW + HOUR, untilMs: null })]));
    expect(view.levels[0]?.people[0]).toEqual({
      person: 'ana',
      untilMs: NOW + HOUR,
      because: 'policy storage',
    });
    expect(view.next?.text).toBe('Thu 15:00 CET: cy at level 1 (override by root without an end)');
  });

  it('passes over an end that changes nobody', () => {
    const view = show(
      team([override({}), override({ id: 'o2', untilMs: NOW + 3 * HOUR, madeAtMs: NOW - 2 * HOUR })]),
    );
    expect(view.next?.atMs).toBe(NOW + 3 * HOUR);
    expect(view.levels[0]?.people[0]?.untilMs).toBe(NOW + 3 * HOUR);
  });

  it('keeps somebody in a level of several who goes on', () => {
    const view = show(
      team([override({ policy: 'front', person: 'ben', fromMs: NOW + HOUR, untilMs: null })]),
      'web',
    );
    expect(view.levels[0]?.people).toEqual([
      { person: 'ben', untilMs: null, because: 'policy front' },
      { person: 'cy', untilMs: NOW + HOUR, because: 'policy front' },
    ]);
  });

  it('shows the default policy for a service nobody knows', () => {
    const view = show(team([override({ policy: 'default', person: 'ana' })]), 'printer');
    expect(view.policy).toBe('default');
    expect(view.next?.text).toBe(
      'Thu 15:00 CET: cy at level 1 (policy default, as for default: printer is no service)',
    );
  });
});
