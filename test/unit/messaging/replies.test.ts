import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEVERITIES } from '../../../src/relay/events/types.ts';
import type { ReplyCommand } from '../../../src/relay/events/types.ts';
import { readMailCommand, readSmsCommand } from '../../../src/relay/messaging/replies.ts';
import { answerText, smsText, testText } from '../../../src/relay/notifications/text.ts';
import { ACTS, ASKS_FOR_HELP, OPTS_OUT, UNCLEAR } from './sms-rows.ts';

const said = (command: ReplyCommand): string => `${command.verb} ${command.code ?? '-'} ${command.scope}`;
const acts = (text: string): boolean => ['ack', 'resolve', 'escalate'].includes(readSmsCommand(text).verb);

describe('an answer by SMS', () => {
  it.each(ACTS)('%j means: %s', (typed, meaning) => {
    expect(said(readSmsCommand(typed))).toBe(meaning);
  });
  it.each(OPTS_OUT)('%j opts out', (typed) => {
    expect(said(readSmsCommand(typed))).toBe('optout - bare');
  });
  it.each(ASKS_FOR_HELP)('%j asks for help', (typed) => {
    expect(said(readSmsCommand(typed))).toBe('help - bare');
  });
  it.each(UNCLEAR)('%j changes nothing', (typed) => {
    expect(said(readSmsCommand(typed))).toBe('unclear - bare');
  });
  it.each([
    ['47', 47],
    [' 12. ', 12],
    ['7', 7],
  ])('%j says only that the code was read', (typed, code) => {
    expect(said(readSmsCommand(typed))).toBe(`unclear ${code} bare`);
    expect(said(readMailCommand(typed, code))).toBe(`unclear ${code} bare`);
    expect(said(readMailCommand(typed, 48)), 'of another message').toBe('unclear - bare');
  });

  it('means the same in any case, with anything blank around it', () => {
    const around = fc.string({ unit: fc.constantFrom(' ', '\n', '.', '!', ',', '"', '\t'), maxLength: 5 });
    fc.assert(
      fc.property(
        fc.constantFrom(...ACTS),
        around,
        around,
        fc.boolean(),
        ([typed, meaning], before, after, upper) => {
          const text = `${before}${upper ? typed.toUpperCase() : typed.toLowerCase()}${after}`;
          expect(said(readSmsCommand(text))).toBe(meaning);
        },
      ),
    );
  });

  it('does nothing when it has a word that nobody taught it', () => {
    const word = fc.stringMatching(/^[a-zäöü]{2,12}$/).filter((one) => !acts(`ack ${one}`));
    fc.assert(
      fc.property(fc.constantFrom(...ACTS), word, fc.boolean(), ([typed], other, first) => {
        expect(readSmsCommand(first ? `${other} ${typed}` : `${typed} ${other}`).verb).toBe('unclear');
      }),
    );
  });

  it('does nothing without a verb', () => {
    const verbs = /ack|clos|c|a|e|r|l|done|fixed|[46]/i;
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        fc.pre(!verbs.test(text.normalize('NFKC')));
        expect(acts(text)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('takes any text without harm, and opts out only by one word alone', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('stop', 'end')),
        fc.string(),
        (a, b) => {
          const command = readSmsCommand(a + b);
          if (command.verb === 'optout') expect((a + b).match(/[\p{L}\p{N}]+/gu)).toHaveLength(1);
          if (command.code !== null) expect(command.code).toBeGreaterThan(0);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a text of ours that comes back', () => {
  const told = fc.record({
    number: fc.integer({ min: 1, max: 99_999 }),
    service: fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,15}$/),
    severity: fc.constantFrom(...SEVERITIES),
    summary: fc.oneof(
      fc.constantFrom('ack', 'a', '47a', 'resolve all', 'stop', ''),
      fc.string({ maxLength: 400 }),
    ),
  });
  const code = fc.integer({ min: 1, max: 99_999 });

  it('never acts, whole or cut anywhere after the incident', () => {
    fc.assert(
      fc.property(
        fc.array(told, { minLength: 1, maxLength: 4 }),
        code,
        fc.boolean(),
        fc.nat(400),
        (members, n, can, at) => {
          const text = smsText({ code: n, answerable: can, members });
          expect(acts(text)).toBe(false);
          expect(acts(`> ${text}`)).toBe(false);
          // From its start: the number of the incident, or `N incidents:`, is in it.
          expect(acts(text.slice(0, Math.max(at, 14)))).toBe(false);
        },
      ),
    );
  });
  it('never acts as a test page or an answer either', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), code, told, (name, n, one) => {
        expect(acts(testText(name, n, true))).toBe(false);
        expect(acts(answerText({ kind: 'acked', members: [one] }, n))).toBe(false);
        expect(acts(answerText({ kind: 'which', choices: [{ code: 47, ...one }] }, n))).toBe(false);
        expect(acts(answerText({ kind: 'already', state: 'resolved', by: name, members: [one] }, n))).toBe(
          false,
        );
      }),
    );
    for (const kind of ['nothing', 'unclear', 'test'] as const)
      expect(acts(answerText({ kind }, 4))).toBe(false);
  });
});

describe('an answer by mail', () => {
  const rows: [typed: string, meaning: string][] = [
    ['ack', 'ack 47 message'],
    ['Resolved, thanks!', 'resolve 47 message'],
    ['47a', 'ack 47 message'],
    ['ack all', 'ack 47 message'],
    ['aa', 'ack 47 message'],
    ['47aa', 'ack 47 service'],
    ['e', 'escalate 47 message'],
    ['48a', 'unclear - bare'],
    ['ack 48', 'unclear - bare'],
    ['cancel', 'unclear - bare'],
    ['stop', 'unclear - bare'],
    ['I will look at it', 'unclear - bare'],
    ['', 'unclear - bare'],
    ['help', 'help - bare'],
  ];
  it.each(rows)('%j to the address of message 47 means: %s', (typed, meaning) => {
    expect(said(readMailCommand(typed, 47))).toBe(meaning);
  });
});
