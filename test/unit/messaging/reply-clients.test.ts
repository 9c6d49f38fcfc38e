/** Answers as real mail programs write them, in the languages they speak; and what must never be one (S8). */
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReplyMail, type ReplyMail } from '../../../src/relay/messaging/reply-mail.ts';
import { visibleLine } from '../../../src/relay/messaging/visible-line.ts';
import { ACTING, MACHINES, NOTHING_SAID } from './reply-clients.ts';

const raw = (name: string): Buffer =>
  readFileSync(new URL(`../../fixtures/reply/${name}.eml`, import.meta.url));
/** On the wire lines end so; a mailbox may hold the other kind. */
const onTheWire = (mail: Buffer): Buffer =>
  Buffer.from(mail.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
const read = (mail: Buffer): Promise<ReplyMail> => readReplyMail(mail, { nullReturnPath: false, code: 47 });

describe('an answer above or below what is quoted', () => {
  it.each(ACTING)('%s: %s, by the line %j', async (name, verb, line) => {
    for (const bytes of [raw(name), onTheWire(raw(name))]) {
      const { automatic, text, command } = await read(bytes);
      expect([automatic, text]).toEqual([null, line]);
      expect(command).toEqual({ verb, code: 47, scope: 'message' });
    }
  });
});

describe('words that somebody else wrote', () => {
  it.each(NOTHING_SAID)('%s: %s, by the line %j', async (name, verb, line) => {
    for (const bytes of [raw(name), onTheWire(raw(name))]) {
      const { automatic, text, command } = await read(bytes);
      expect([automatic, text]).toEqual([null, line]);
      expect(command).toEqual({ verb, code: null, scope: 'bare' });
    }
  });

  /** How programs say that another mail follows, unmarked. */
  const headers = [
    'From: Ben <ben@example.com>\nSent: Thursday\nTo: Ana\nSubject: Re: page',
    'Von: Ben <ben@example.com>\nGesendet: Donnerstag\nAn: Ana\nBetreff: AW: page',
    'De : Ben <ben@example.com>\nEnvoyé : jeudi\nÀ : Ana\nObjet : RE: page',
    'De: Ben <ben@example.com>\nEnviado el: jueves\nPara: Ana\nAsunto: RE: page',
    'Da: Ben <ben@example.com>\nInviato: giovedì\nA: Ana\nOggetto: R: page',
    'Van: Ben <ben@example.com>\nVerzonden: donderdag\nAan: Ana\nOnderwerp: RE: page',
    'Od: Ben <ben@example.com>\nWysłano: czwartek\nDo: Ana\nTemat: RE: page',
    'Från: Ben <ben@example.com>\nSkickat: torsdag\nTill: Ana\nÄmne: SV: page',
    '差出人: Ben <ben@example.com>\n件名: RE: page',
    '发件人: Ben <ben@example.com>\n主题: 回复: page',
    '-----Original Message-----\nFrom: Ben <ben@example.com>',
    '-----Ursprüngliche Nachricht-----\nVon: Ben <ben@example.com>',
    '---------- Forwarded message ---------\nFrom: Ben <ben@example.com>',
    '-------- Weitergeleitete Nachricht --------\nBetreff: page',
    'Begin forwarded message:\n\nFrom: Ben <ben@example.com>',
    '________________________________\nFrom: Ben <ben@example.com>',
    'On Thursday, November 27, 2025 at 02:00:00 PM GMT+1, Ben <ben@example.com> wrote:',
    'Am 27.11.25 um 14:00 schrieb Ben <ben@example.com>:',
    'Le 27 nov. 2025 à 14:00, Ben <ben@example.com> a écrit :',
  ];
  const words = fc.constantFrom('ack', '47a', 'resolve', 'a', 'Acked, thanks!', '47aa');
  const blank = fc.constantFrom('', '\n', '\n\n', ' \n');

  it('never act, whatever program put them there and in whatever language', () => {
    fc.assert(
      fc.property(fc.constantFrom(...headers), words, blank, blank, (header, word, before, between) => {
        const line = visibleLine(`${before}${header}\n\n${between}${word}\n`);
        expect(line, `${header} / ${word}`).not.toBe(word);
      }),
      { numRuns: 400 },
    );
  });
  it('never act below a quotation either, where it is not marked how far another mail goes', () => {
    const blocks = headers.filter((header) => header.startsWith('From: ') || header.startsWith('Von: '));
    fc.assert(
      fc.property(fc.constantFrom(...blocks), words, (block, word) => {
        expect(visibleLine(`> x\n\n${block}\n\n> y\n\n${word}\n`)).not.toBe(word);
      }),
    );
  });
  it('leave the line that was written above them', () => {
    fc.assert(
      fc.property(fc.constantFrom(...headers), words, words, (header, word, other) => {
        expect(visibleLine(`${word}\n\n${header}\n\n${other}\n`)).toBe(word);
      }),
      { numRuns: 400 },
    );
  });
  it('marked by > and named in any language, leave the line that was written below them', () => {
    const names = fc.constantFrom(
      'W dniu 27.11.2025 o 14:00, Relay pisze:',
      '在 2025/11/27 14:00, Relay 写道:',
      'Relay <relay@alerts.example.com> kirjoitti:',
      '27.11.2025 14:00, Relay пишет:',
      'Relay <relay@alerts.example.com> 于2025年11月27日周四 14:00写道：',
      'A very long name of a mail system <relay@alerts.example.com> wrote\non Thursday, 27 November 2025 at 14:00:',
    );
    fc.assert(
      fc.property(names, words, words, (name, word, quoted) => {
        expect(visibleLine(`${name}\n> ${quoted}\n> more\n\n${word}\n`)).toBe(word);
        expect(visibleLine(`${word}\n\n${name}\n> ${quoted}\n> more\n`)).toBe(word);
        expect(visibleLine(`${name}\n> ${quoted}\n> more\n`)).toBe('');
      }),
    );
  });
});

describe('a machine', () => {
  it.each(MACHINES)('%s answers nothing: %s', async (name, why) => {
    for (const bytes of [raw(name), onTheWire(raw(name))]) {
      const { automatic, command } = await read(bytes);
      expect(automatic).toContain(why);
      expect(command.verb).toBe('unclear');
    }
  });
  it('is told from a person by its subject only at the start of it', async () => {
    const mail = (subject: string): Buffer =>
      Buffer.from(`From: Ana <ana@example.com>\r\nSubject: ${subject}\r\n\r\nack\r\n`);
    for (const subject of [
      'Re: Automatic reply is broken',
      'Re: auto response of db1',
      'Autosvaret',
      'Re: page',
    ])
      expect((await read(mail(subject))).automatic, subject).toBeNull();
  });
});
