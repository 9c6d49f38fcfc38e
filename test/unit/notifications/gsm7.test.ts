import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cutToSegments,
  cutToSeptets,
  isGsm7,
  segments,
  septets,
  toGsm7,
} from '../../../src/relay/notifications/gsm7.ts';

describe('a text in GSM-7', () => {
  const rows: [name: string, from: string, to: string][] = [
    ['what the alphabet has stays', 'Größe 100% @db1 é à ñ €', 'Größe 100% @db1 é à ñ €'],
    ['accents it lacks are dropped', 'Łódź ê ç ő', 'Lodz e c o'],
    ['quotes and dashes become plain', '“disk” ‘full’ – now — …', '"disk" \'full\' - now - ...'],
    ['a backtick becomes a quote', 'run `df`', "run 'df'"],
    ['other scripts are romanised', 'диск полон', 'disk polon'],
    ['emoji are dropped', '🔥 db 👩‍💻 down 🇩🇪', 'db down'],
    ['line breaks and control characters become one space', 'a\r\n\tb\u0000\u001b[31m', 'a b [31m'],
    ['characters that turn the direction are dropped', 'a\u202eb\u200fc', 'abc'],
    ['decomposed accents are put together', 'e\u0301', 'é'],
    ['a lone surrogate is dropped', 'a\ud800b', 'ab'],
  ];
  it.each(rows)('%s', (_name, from, to) => {
    expect(toGsm7(from)).toBe(to);
  });

  it('is one line of the alphabet whatever came in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const plain = toGsm7(text);
        expect(isGsm7(plain)).toBe(true);
        expect(plain).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(toGsm7(plain)).toBe(plain);
      }),
    );
  });
});

describe('counting segments', () => {
  const rows: [text: string, septetCount: number, segmentCount: number][] = [
    ['', 0, 1],
    ['a'.repeat(160), 160, 1],
    ['a'.repeat(161), 161, 2],
    ['€'.repeat(80), 160, 1],
    [`${'€'.repeat(80)}a`, 161, 2],
    ['a'.repeat(306), 306, 2],
    ['a'.repeat(307), 307, 3],
    // 152 and an escape that would be parted: it moves to the next segment whole.
    [`${'a'.repeat(152)}€${'a'.repeat(151)}`, 305, 2],
    [`${'a'.repeat(152)}€${'a'.repeat(152)}`, 306, 3],
  ];
  it.each(rows)('%#: septets and segments', (text, septetCount, segmentCount) => {
    expect(septets(text)).toBe(septetCount);
    expect(segments(text)).toBe(segmentCount);
  });
});

describe('cutting', () => {
  it('keeps what fits as it is', () => {
    expect(cutToSeptets('disk full', 9)).toBe('disk full');
    expect(cutToSegments('disk full', '. Reply', 1)).toBe('disk full');
  });
  it('cuts at a word and shows it', () => {
    expect(cutToSeptets('the disk is full on db1', 16)).toBe('the disk is...');
  });
  it('never passes the room there is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 900 }),
        fc.integer({ min: 1, max: 3 }),
        (text, most) => {
          const lead = toGsm7(text);
          const ending = '. Reply 47a ack, 47c resolve';
          expect(segments(cutToSegments(lead, ending, most) + ending)).toBeLessThanOrEqual(most);
          expect(septets(cutToSeptets(lead, 30))).toBeLessThanOrEqual(30);
        },
      ),
    );
  });
  it('uses the room there is', () => {
    const ending = '. Reply 47a ack, 47c resolve';
    expect(septets(cutToSegments('a'.repeat(400), ending, 2) + ending)).toBe(306);
  });
});
