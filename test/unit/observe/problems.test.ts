import { describe, expect, it } from 'vitest';
import { ProblemBoard } from '../../../src/relay/observe/problems.ts';
import { HandClock } from './hand-clock.ts';

function board() {
  const clock = new HandClock(1_000);
  const lines: string[] = [];
  const note = (level: string) => (fields: Record<string, unknown>, text: string) => {
    lines.push(`${level} ${String(fields['problem'])}: ${text}`);
  };
  const problems = new ProblemBoard({
    clock,
    log: { info: note('info'), warn: note('warn'), error: note('error') },
  });
  return { clock, lines, problems };
}

describe('known problems', () => {
  it('are logged once when they come and once when they go', () => {
    const { clock, lines, problems } = board();
    problems.raise('smtp', 'the mail server refuses relay', 'check mail.url');
    problems.raise('smtp', 'the mail server refuses relay', 'check mail.url');
    clock.advance(5_000);
    problems.clear('smtp');
    problems.clear('smtp');
    expect(lines).toEqual([
      'error smtp: the mail server refuses relay',
      'info smtp: over: the mail server refuses relay',
    ]);
    expect(problems.list()).toEqual([]);
  });

  it('say since when, with the newest words', () => {
    const { clock, problems } = board();
    problems.raise('twilio', '20003: not authenticated', 'check the token file');
    clock.advance(60_000);
    problems.raise('twilio', '20005: account suspended', "see the account's console");
    expect(problems.list()).toEqual([
      { id: 'twilio', text: '20005: account suspended', cure: "see the account's console", sinceMs: 1_000 },
    ]);
  });

  it('are listed oldest first, and as copies', () => {
    const { clock, problems } = board();
    problems.raise('b', 'first', 'x');
    clock.advance(1);
    problems.raise('a', 'second', 'x');
    const list = problems.list();
    expect(list.map((problem) => problem.text)).toEqual(['first', 'second']);
    for (const problem of list) problem.text = 'changed';
    expect(problems.list().map((problem) => problem.text)).toEqual(['first', 'second']);
  });

  it('that come back count anew', () => {
    const { clock, lines, problems } = board();
    problems.raise('disk', 'disk full', 'make room');
    problems.clear('disk');
    clock.advance(9_000);
    problems.raise('disk', 'disk full', 'make room');
    expect(problems.list()[0]?.sinceMs).toBe(10_000);
    expect(lines).toHaveLength(3);
  });
});
