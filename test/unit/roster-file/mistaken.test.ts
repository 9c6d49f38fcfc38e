/** Files that were never meant as a roster: what is told of them, and that it is short. */
import { describe, expect, it, test } from 'vitest';
import { checkText } from '../../../src/relay/roster-file/offline.ts';
import { NOW_MS, problemsOf, read, said } from './texts.ts';

describe('a file without any section', () => {
  test.each<[string, string]>([
    ['empty', ''],
    ['only a comment', '# version: 13\n# nothing at all\n'],
    ['an empty object', '{}\n'],
    ['only the beginning of a document', '---\n'],
  ])('%s: is refused, and says how to get one', (_what, text) => {
    const problem =
      '1:1: : expected sections such as people: and policies:, got none. The roster as it is: relay roster export > roster.yaml';
    expect(problemsOf(text, said())).toEqual([problem]);
    expect(checkText(text, NOW_MS).problems).toHaveLength(1);
  });

  it('one with an empty section is one', () => {
    expect(read('groups: {}\n', said()).problems).toEqual([]);
  });
});

describe('a stray line before what is right', () => {
  const people = Array.from({ length: 60 }, (_, at) => `  p${at}: {email: p${at}@example.com}\n`).join('');

  it('has the first few told, and how many more there are', () => {
    const told = problemsOf(`- stray\npeople:\n${people}`);
    expect(told).toHaveLength(4);
    expect(told[0]).toMatch(/^2:1: : expected valid YAML, got: Unexpected scalar/);
    expect(told[3]).toMatch(
      /^\d+:\d+: : and \d{3} more from here on: put right what stands above, and most of them are gone$/,
    );
  });
});
