import { describe, expect, test } from 'vitest';
import { pairLevels } from '../../../src/cli/level-pairs.ts';

/** `--level ana --after 5m` as the option parser hands it over, in order. */
const pair = (line: string) => {
  const words = line.split(' ');
  const tokens = words.flatMap((word, index) =>
    word.startsWith('--') ? [{ flag: word.slice(2), input: words[index + 1] ?? '' }] : [],
  );
  return pairLevels(tokens);
};

describe('an --after belongs to the --level before it', () => {
  test.each([
    ['--level ana', [[['ana'], 300_000]]],
    [
      '--level ana --after 2s --level ben',
      [
        [['ana'], 2_000],
        [['ben'], 300_000],
      ],
    ],
    [
      '--level ana --level ben --after 1h',
      [
        [['ana'], 300_000],
        [['ben'], 3_600_000],
      ],
    ],
    [
      '--level ana,ben --after 5m --repeat 3 --level carol --after 10m',
      [
        [['ana', 'ben'], 300_000],
        [['carol'], 600_000],
      ],
    ],
    ['--level ana --repeat 2 --after 7m', [[['ana'], 420_000]]],
  ] as const)('%s', (line, levels) => {
    expect(pair(line)).toEqual(levels.map(([names, afterMs]) => ({ names, afterMs })));
  });

  test('and so do its --severities', () => {
    expect(pair('--level ops --severities Critical,error --after 2m --level group:dba')).toEqual([
      { names: ['ops'], afterMs: 120_000, severities: ['critical', 'error'] },
      { names: ['group:dba'], afterMs: 300_000 },
    ]);
  });

  test.each([
    '--after 5m --level ana',
    '--severities info --level ana',
    '--level ana --after 5m --after 6m',
    '--level ana --severities info --severities error',
    '--level ana --severities ,',
    '--level ana,',
    '--level ,',
  ])('%s is refused as wrong usage', (line) => {
    expect(() => pair(line)).toThrow(expect.objectContaining({ exit: 2 }));
  });

  test('what is no duration is refused', () => {
    expect(() => pair('--level ana --after soon')).toThrow('"soon" is no duration');
  });
});
