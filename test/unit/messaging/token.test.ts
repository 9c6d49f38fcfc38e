import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { personByPhone, personByToken } from '../../../src/relay/messaging/route-reply.ts';
import { makeToken, readToken } from '../../../src/relay/messaging/token.ts';
import { disableContact } from '../../../src/relay/oncall/edits.ts';
import { team } from '../oncall/rosters.ts';

const key = new Uint8Array(32).fill(7);
const otherKey = new Uint8Array(32).fill(8);
const anyPerson = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,31}$/);
const anyCode = fc.integer({ min: 1, max: 99_999_999 });

describe('the token of a reply address', () => {
  it('names the message and says nothing more', () => {
    const token = makeToken(key, 'ana.47');
    expect(token).toMatch(/^ana\.47\.[a-z2-7]{16}$/);
    expect(readToken(key, token)).toEqual({ person: 'ana', code: 47 });
  });
  it('stays the same over versions, for mails stay in mailboxes', () => {
    expect(makeToken(key, 'ana.47')).toBe('ana.47.f3tnsujlfgvr3sct');
  });
  it('survives any mail system: letters of any case, a local part of at most 64', () => {
    fc.assert(
      fc.property(anyPerson, anyCode, (person, code) => {
        const token = makeToken(key, `${person}.${code}`);
        expect(`ack+${token}`.length).toBeLessThanOrEqual(64);
        expect(token).toMatch(/^[a-z0-9._-]+$/);
        for (const seen of [token, token.toUpperCase()])
          expect(readToken(key, seen)).toEqual({ person, code });
      }),
    );
  });
  it('can’t be made for another person, another message, or with another key', () => {
    const token = makeToken(key, 'ana.47');
    expect(readToken(otherKey, token)).toBeNull();
    for (const forged of ['ben.47', 'ana.48', 'ana.4', 'an.47', 'ana.047'])
      expect(readToken(key, token.replace('ana.47', forged))).toBeNull();
  });
  it('of a link is no reply address, nor the other way round', () => {
    expect(readToken(key, makeToken(key, 'ana.47', 'link'), 'link')).toEqual({ person: 'ana', code: 47 });
    expect(readToken(key, makeToken(key, 'ana.47', 'link'))).toBeNull();
    expect(readToken(key, makeToken(key, 'ana.47'), 'link')).toBeNull();
  });
  it('is void when a single letter differs', () => {
    const token = makeToken(key, 'ana-b_c.47');
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567._-+'.split('')),
        (at, letter) => {
          fc.pre(token[at] !== letter);
          expect(readToken(key, token.slice(0, at) + letter + token.slice(at + 1))).toBeNull();
        },
      ),
    );
  });
  it.each([
    '',
    'ana',
    'ana.47',
    'ana.47.',
    '.47.aaaaaaaaaaaaaaaa',
    'ana.0.aaaaaaaaaaaaaaaa',
    'ana.47.aaaaaaaaaaaaaaaa.x',
    'a'.repeat(5_000),
  ])('%j is none', (token) => {
    expect(readToken(key, token)).toBeNull();
  });
  it('is not made with a short key, nor for what is no message', () => {
    expect(() => makeToken(new Uint8Array(16), 'ana.47')).toThrow(/32 bytes/);
    expect(() => makeToken(key, 'ana.47.5')).toThrow(/no message id/);
  });
});

describe('whose answer it is', () => {
  it('is known by the phone', () => {
    expect(personByPhone(team(), '+15550102')?.id).toBe('ben');
    expect(personByPhone(team(), '+15550199')).toBeNull();
    expect(personByPhone(team(), 'ben@example.com')).toBeNull();
    expect(personByPhone(team(), '')).toBeNull();
  });
  it('is known also after opting out', () => {
    const off = disableContact(team(), { person: 'ben', channel: 'sms', address: '+15550102', why: 'STOP' });
    expect(personByPhone(off, '+15550102')?.id).toBe('ben');
  });
  it('is known by the token, not by the sender', () => {
    expect(personByToken(team(), key, makeToken(key, 'ben.9'))).toEqual({
      person: team().people[1],
      code: 9,
    });
    expect(personByToken(team(), key, makeToken(key, 'dora.9'))).toBeNull();
    expect(personByToken(team(), key, makeToken(otherKey, 'ben.9'))).toBeNull();
  });
});
