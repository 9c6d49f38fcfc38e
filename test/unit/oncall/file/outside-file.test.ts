import { describe, expect, test } from 'vitest';
import { addCalendarLink, revokeCalendarLinks } from '../../../../src/relay/oncall/calendar-links.ts';
import { addPerson, emptyRoster } from '../../../../src/relay/oncall/edits.ts';
import { addFeed, removeFeed } from '../../../../src/relay/oncall/feeds.ts';
import { differences } from '../../../../src/relay/oncall/file/differences.ts';
import { outsideFile } from '../../../../src/relay/oncall/file/outside-file.ts';
import { verifyContact } from '../../../../src/relay/oncall/verified.ts';

const ana = addPerson(emptyRoster(), { id: 'ana', name: 'Ana', email: 'ana@example.com' });
const of = { person: 'ana' };
const linked = addCalendarLink(ana, { of, tokenHash: 'ab'.repeat(32), by: 'ben', nowMs: 1 });
const fed = addFeed(ana, { person: 'ana', url: 'https://calendar.example.com/s3cret', by: 'ben', nowMs: 1 });
const verified = verifyContact(ana, {
  person: 'ana',
  channel: 'email',
  address: 'ana@example.com',
  atMs: 5,
});

describe('the history says what no roster file does', () => {
  test.each([
    ['an address to subscribe to', ana, linked, ['+ calendar address of ana']],
    ['one taken back', linked, revokeCalendarLinks(linked, of), ['- calendar address of ana']],
    ['a calendar of absences', ana, fed, ['+ calendar of absences of ana']],
    ['one no longer read', fed, removeFeed(fed, 'ana-1'), ['- calendar of absences of ana']],
    ['a contact that answered', ana, verified, ['~ person ana: email ana@example.com is verified']],
    [
      'links that no longer work',
      ana,
      { ...ana, people: ana.people.map((one) => ({ ...one, linksRevokedAtMs: 9 })) },
      ['~ person ana: the links sent so far are revoked'],
    ],
    ['nothing', ana, ana, []],
  ])('%s', (_what, before, after, expected) => {
    expect(differences(before, after)).toEqual([]);
    const told = outsideFile(before, after);
    expect(told).toEqual(expected);
    expect(told.join('')).not.toMatch(/s3cret|abab/u);
  });
});
