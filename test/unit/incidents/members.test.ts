import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertEvent, Severity } from '../../../src/relay/events/types.ts';
import { questionOf } from '../../../src/relay/incidents/question.ts';
import { alone } from './alone.ts';
import { ack, begin, DUTY, event, said, take, wait, type Conversation } from './conversation.ts';

type Action = AlertEvent['action'];

/** What a monitor says of one key of the group `group/cluster=eu1`. */
const about = (name: string, more: Partial<AlertEvent> = {}): Partial<AlertEvent> => ({
  dedupKey: 'group/cluster=eu1',
  member: `disk/${name}`,
  summary: `disk full on ${name}`,
  source: 'monitor',
  ...more,
});

const tell = (talk: Conversation, name: string, action: Action, severity: Severity = 'error'): string[] =>
  take(talk, event(talk, action, severity, about(name)));

function group(...names: string[]): Conversation {
  const talk = begin();
  talk.state = { ...talk.state, dedupKey: 'group/cluster=eu1' };
  for (const name of names) tell(talk, name, 'trigger');
  return talk;
}

const summary = (talk: Conversation): string | undefined => talk.state.incident?.summary;

describe('a group', () => {
  it('opens with its first alert, counts the others without telling anybody, and closes with the last recovery', () => {
    const talk = group('db1');
    expect(tell(talk, 'db2', 'trigger')).toEqual(['triggered']);
    expect(tell(talk, 'db3', 'trigger')).toEqual(['triggered']);
    expect(tell(talk, 'db2', 'trigger'), 'a reminder').toEqual(['triggered']);
    expect(said(talk)[0]).toBe('again: disk full on db2');
    expect(summary(talk)).toBe('disk full on db1, and 2 more');
    expect(talk.state.incident?.events).toBe(4);
    expect(tell(talk, 'db1', 'resolve')).toEqual(['triggered']);
    expect(said(talk)[0]).toBe('well again: disk full on db1 (2 open)');
    expect(summary(talk)).toBe('disk full on db2, and 1 more');
    tell(talk, 'db3', 'resolve');
    expect(summary(talk)).toBe('disk full on db2');
    expect(tell(talk, 'db2', 'resolve')).toEqual(['cancel ana (2)', 'resolved']);
    expect(tell(talk, 'db3', 'trigger'), 'the next one opens another').toContain('tell ana (1)');
    expect(summary(talk)).toBe('disk full on db3');
  });

  it('tells the next level how many it is by then', () => {
    const talk = group('db1', 'db2', 'db3');
    expect(wait(talk)).toContain('tell ben (2)');
    expect(summary(talk)).toBe('disk full on db1, and 2 more');
  });

  it('becomes as severe as the worst of it', () => {
    const talk = group('db1');
    tell(talk, 'db2', 'trigger', 'critical');
    expect(talk.state.incident?.severity).toBe('critical');
    expect(said(talk)[0]).toBe('severity raised from error to critical');
  });

  it('is not touched by the recovery of what is not in it', () => {
    const talk = group('db1');
    const lines = talk.lines.size;
    expect(tell(talk, 'db9', 'resolve')).toEqual(['triggered']);
    expect(talk.lines.size).toBe(lines);
    expect(tell(begin(), 'db9', 'resolve')).toEqual(['nothing']);
  });

  it('that a person resolves is over for all, and whoever is told of again opens another', () => {
    const talk = group('db1', 'db2');
    expect(take(talk, { ...ack('ana'), action: 'resolve' } as never)).toContain('resolved');
    expect(tell(talk, 'db2', 'resolve')).toEqual(['resolved']);
    expect(tell(talk, 'db1', 'trigger')).toContain('tell ana (1)');
    expect(tell(talk, 'db1', 'resolve')).toContain('resolved');
  });

  it('is acknowledged at the monitor only with all of it', () => {
    const talk = group('db1', 'db2');
    expect(tell(talk, 'db1', 'acknowledge')).toEqual(['triggered']);
    expect(said(talk)[0]).toBe(
      'acknowledged at the monitor: disk full on db1; others of the group are open, so it goes on',
    );
    tell(talk, 'db2', 'resolve');
    expect(tell(talk, 'db9', 'acknowledge'), 'somebody else').toEqual(['triggered']);
    expect(tell(talk, 'db1', 'acknowledge')).toContain('acknowledged');
  });

  it('triggers again when another joins what was acknowledged at the monitor alone', () => {
    const talk = group('db1');
    expect(tell(talk, 'db1', 'acknowledge')).toContain('acknowledged');
    expect(tell(talk, 'db1', 'trigger'), 'a reminder of the same').toEqual(['acknowledged']);
    expect(tell(talk, 'db2', 'trigger')).toEqual(['tell ana (3)', 'escalate in 60 s', 'triggered']);
    expect(said(talk)).toContain(
      'acknowledged by monitor before disk full on db2 was known: triggered again',
    );
    const taken = group('db1');
    tell(taken, 'db1', 'acknowledge');
    take(taken, ack('ana'));
    expect(tell(taken, 'db2', 'trigger'), 'a person has all of it').toEqual(['acknowledged']);
  });

  it('is in maintenance by its key, and by a host only if all of it is there', () => {
    const talk = begin();
    const on = (host: string) => event(talk, 'trigger', 'error', about(host, { host }));
    expect(questionOf(talk.state, on('db1')).about).toMatchObject({ host: 'db1' });
    take(talk, on('db1'));
    expect(questionOf(talk.state, on('db1')).about).toMatchObject({ host: 'db1' });
    expect(questionOf(talk.state, on('db2')).about).not.toHaveProperty('host');
    take(talk, on('db2'));
    expect(questionOf(talk.state, { kind: 'timer', name: 'escalate' }).about).not.toHaveProperty('host');
  });
});

describe('what comes late in a group (rule 4)', () => {
  it('a recovery accepted before the latest trigger of the same alert does not count', () => {
    const talk = group('db1', 'db2');
    const late = event(talk, 'resolve', 'error', about('db1'));
    tell(talk, 'db1', 'trigger');
    expect(take(talk, late)).toEqual(['triggered']);
    expect(said(talk)[0]).toMatch(/^a resolve accepted before the latest trigger of that alert/);
    tell(talk, 'db2', 'resolve');
    expect(talk.state.incident?.status, 'db1 is open').toBe('triggered');
    expect(tell(talk, 'db1', 'resolve')).toContain('resolved');
  });

  it('a recovery of one does not make a trigger of another late', () => {
    const talk = group('db1');
    const other = event(talk, 'trigger', 'error', about('db2'));
    tell(talk, 'db1', 'resolve');
    expect(take(talk, other)).toContain('tell ana (1)');
  });

  it('a trigger accepted before its own recovery neither opens nor keeps open', () => {
    const talk = begin();
    const late = event(talk, 'trigger', 'error', about('db1'));
    tell(talk, 'db1', 'resolve');
    expect(take(talk, late), 'nothing was open').toEqual(['resolved']);
    const again = group('db2');
    const second = event(again, 'trigger', 'error', about('db1'));
    tell(again, 'db1', 'resolve');
    expect(take(again, second), 'another is').toEqual(['triggered']);
    expect(again.state.incident?.events).toBe(2);
    expect(tell(again, 'db2', 'resolve')).toContain('resolved');
  });
});

describe('more than can be told apart', () => {
  const many = Array.from({ length: 203 }, (_, index) => `db${index}`);

  it('are counted, and keep the incident open until a person resolves it', () => {
    const talk = group(...many);
    expect(talk.state.incident?.members).toHaveLength(200);
    expect(summary(talk)).toBe('disk full on db0, and 202 more');
    for (const name of many) tell(talk, name, 'resolve');
    expect(talk.state.incident?.status).toBe('triggered');
    expect(said(talk)[0]).toContain('3 open, of which nobody can tell which they are: resolve it by hand');
    expect(take(talk, { ...ack('ana'), action: 'resolve' } as never)).toContain('resolved');
  });

  it('take no more room than the state has', () => {
    const talk = group(...many);
    for (const name of many.slice(0, 150)) tell(talk, name, 'resolve');
    for (const name of many.slice(0, 150)) tell(talk, name, 'trigger');
    expect(JSON.stringify(talk.state).length).toBeLessThan(32_768);
  });

  it('end by themselves when all of them would', () => {
    const talk = begin();
    for (const name of many)
      take(talk, event(talk, 'trigger', 'error', about(name, { expiresAfterMs: 60_000 })));
    expect(take(talk, ack('ana'))).toContain('auto-resolve in 60 s');
    expect(wait(talk)).toContain('resolved');
  });
});

describe('an incident of a group that was opened without a name', () => {
  it('by an older version stays open until a person resolves it', () => {
    const talk = begin();
    take(talk, event(talk, 'trigger', 'error', { dedupKey: 'group/cluster=eu1', source: 'monitor' }));
    tell(talk, 'db2', 'trigger');
    tell(talk, 'db2', 'resolve');
    expect(talk.state.incident?.status).toBe('triggered');
    expect(tell(talk, 'db1', 'resolve')).toEqual(['triggered']);
  });

  it('by what a host did alone gets the name of its alert when that comes', () => {
    const talk = begin();
    const note = alone(talk);
    take(talk, { ...note, again: true });
    const named = { ...note, event: { ...note.event, ...about('db1') } };
    take(talk, named);
    expect(talk.state.incident?.members).toHaveLength(1);
    const resolve = event(talk, 'resolve', 'error', about('db1'));
    expect(take(talk, { ...resolve, stamp: { ...resolve.stamp, host: 'h1' } })).toContain('resolved');
  });
});

describe('whatever a group’s members do in whatever order', () => {
  const names = ['db1', 'db2', 'db3', 'db4'];
  const moves = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom('trigger', 'resolve')), {
    maxLength: 30,
  });

  it('it is open as long as one of them is, by the order in which they were accepted', () => {
    fc.assert(
      fc.property(moves, fc.infiniteStream(fc.nat({ max: 3 })), (accepted, lateness) => {
        const talk = begin(DUTY);
        const inputs = accepted.map(([name, action]) => event(talk, action, 'error', about(name)));
        // Some come a few places later than they were accepted.
        const taken = inputs
          .map((input, index) => ({ input, place: index + (lateness.next().value ?? 0) }))
          .toSorted((a, b) => a.place - b.place);
        for (const { input } of taken) take(talk, input);
        const open = names.filter((name) => accepted.findLast(([one]) => one === name)?.[1] === 'trigger');
        const { incident } = talk.state;
        const isOpen = incident !== null && incident.status !== 'resolved';
        expect(isOpen ? (incident.members?.length ?? 0) : 0).toBe(open.length);
        expect(isOpen).toBe(open.length > 0);
        expect(talk.timers.has('escalate')).toBe(isOpen);
      }),
      { numRuns: 500 },
    );
  });
});
