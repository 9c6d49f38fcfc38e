import { expect, test } from 'vitest';
import { mistyped } from '../../../src/cli/mistyped.ts';

const told = (line: string): string => {
  const { exit, message, cure = '' } = mistyped(line.split(' '));
  expect(exit).toBe(2);
  return `${message} ${cure}`;
};

test('a flag without a command', () => {
  expect(mistyped([]).message).toBe('Without a command relay takes no such flag.');
});

test.each([
  ['messages ana', 'relay messages takes no "ana". What it takes: relay messages --help'],
  ['message ana.1', 'relay message has no "ana.1". It has: show.'],
  [
    'person shwo ana',
    'relay person has no "shwo". Did you mean relay person show? It has: add, edit, list, quiet, remove, rule, show.',
  ],
  [
    'person rule ad ana',
    'relay person rule has no "ad". Did you mean relay person rule add? It has: add, list, move, remove.',
  ],
  ['persn list', 'There is no command "persn". Did you mean relay person? All of them: relay --help'],
  ['frobnicate', 'There is no command "frobnicate". All of them: relay --help'],
])('relay %s', (line, text) => {
  expect(told(line)).toBe(text);
});
