import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RosterError } from '../../../src/relay/oncall/book.ts';
import {
  addPerson,
  addPolicy,
  addService,
  disableContact,
  editPerson,
  emptyRoster,
  policiesFor,
  replaceKey,
  setOncall,
  withoutExpired,
} from '../../../src/relay/oncall/edits.ts';
import { duty } from '../../../src/relay/oncall/who.ts';
import { HOUR, NOW, override, team } from './rosters.ts';

const HASH = 'a'.repeat(64);
const HASH_2 = 'b'.repeat(64);
const HASH_3 = 'c'.repeat(64);
const level = (people: string[], afterMs = 300_000) => ({ people, afterMs });
const set = { person: 'cy', by: 'root', nowMs: NOW };

function refusal(run: () => unknown): { code: string; message: string; cure: string | undefined } {
  try {
    run();
  } catch (error) {
    if (error instanceof RosterError) return { code: error.code, message: error.message, cure: error.cure };
    throw error;
  }
  throw new Error('was not refused');
}

describe('the first roster', () => {
  it('grows from nothing to somebody who is paged', () => {
    let roster = emptyRoster();
    roster = addPerson(roster, { id: 'ana', name: 'Ana', email: 'ana@example.com', phone: '+1 (555) 0100' });
    roster = addPolicy(roster, { id: 'default', levels: [level(['ana'])], repeat: 3 });
    roster = addService(roster, { id: 'default', keyHash: HASH });
    expect(roster).toEqual({
      version: 0,
      people: [
        {
          id: 'ana',
          name: 'Ana',
          contacts: [
            { channel: 'sms', address: '+15550100' },
            { channel: 'email', address: 'ana@example.com' },
          ],
        },
      ],
      services: [{ id: 'default', policy: 'default', keyHashes: [HASH] }],
      policies: [{ id: 'default', levels: [{ people: ['ana'], afterMs: 300_000 }], repeat: 3 }],
      overrides: [],
      defaultService: 'default',
    });
    expect(duty(roster, 'default', NOW, []).levels[0]?.people).toEqual(['ana']);
  });
  it('leaves the roster it was given as it was', () => {
    const before = team([override({})]);
    const copy = structuredClone(before);
    addPerson(before, { id: 'dora', email: 'dora@example.com' });
    setOncall(before, set);
    editPerson(before, 'ana', { phone: '+15550109', email: '' });
    replaceKey(before, 'db', HASH);
    disableContact(before, { person: 'ana', channel: 'sms', address: '+15550101', why: 'STOP' });
    expect(before).toEqual(copy);
  });
});

describe('adding a person', () => {
  it('takes the id as the name, and a zone', () => {
    const roster = addPerson(team(), { id: 'dora', email: ' dora@example.com ', zone: 'Europe/Berlin' });
    expect(roster.people.at(-1)).toEqual({
      id: 'dora',
      name: 'dora',
      zone: 'Europe/Berlin',
      contacts: [{ channel: 'email', address: 'dora@example.com' }],
    });
  });
  const refused: [
    name: string,
    input: Parameters<typeof addPerson>[1],
    code: string,
    message: RegExp,
    cure: RegExp,
  ][] = [
    ['an id in capitals', { id: 'Dora', email: 'd@example.com' }, 'usage', /"Dora" can't name/, /lower-case/],
    ['an id of 33 letters', { id: 'd'.repeat(33), email: 'd@example.com' }, 'usage', /can't name/, /1 to 32/],
    ['an id with a dot', { id: 'd.ora', email: 'd@example.com' }, 'usage', /can't name/, /digits/],
    [
      'an id that begins with a dash',
      { id: '-d', email: 'd@example.com' },
      'usage',
      /can't name/,
      /beginning/,
    ],
    [
      'the name of a subcommand',
      { id: 'add', email: 'd@example.com' },
      'usage',
      /meaning of its own/,
      /another/,
    ],
    ['Relay’s own name', { id: 'relay', email: 'd@example.com' }, 'usage', /meaning of its own/, /another/],
    [
      'somebody who is there',
      { id: 'ana', email: 'd@example.com' },
      'conflict',
      /a person ana already/,
      /another.*relay person edit ana/,
    ],
    ['no contact', { id: 'dora' }, 'usage', /no way to reach dora/, /--email, --phone, --voice/],
    ['a national phone number', { id: 'dora', phone: '015550104' }, 'usage', /no phone number/, /\+15550100/],
    [
      'letters in a phone number',
      { id: 'dora', phone: '+1555HELP' },
      'usage',
      /no phone number/,
      /\+15550100/,
    ],
    ['an empty phone number', { id: 'dora', phone: '' }, 'usage', /no phone number/, /\+15550100/],
    [
      'a mail address without a host',
      { id: 'dora', email: 'dora' },
      'usage',
      /no mail address/,
      /ana@example/,
    ],
    [
      'two mail addresses',
      { id: 'dora', email: 'a@example.com,b@example.com' },
      'usage',
      /no mail address/,
      /ana@/,
    ],
    [
      'a line break in an address',
      { id: 'dora', email: 'd@example.com\r\nBcc: x' },
      'usage',
      /no mail address/,
      /ana@/,
    ],
    [
      'a name in two lines',
      { id: 'dora', name: 'Do\nra', email: 'd@example.com' },
      'usage',
      /one line/,
      /--name/,
    ],
    [
      'an unknown zone',
      { id: 'dora', email: 'd@example.com', zone: 'Mars/A' },
      'usage',
      /no time zone/,
      /Berlin/,
    ],
    [
      'Ana’s phone',
      { id: 'dora', phone: '+1 555-0101' },
      'conflict',
      /\+15550101 belongs to ana \(Ana\)/,
      /one person/,
    ],
    [
      'Ana’s mail in capitals',
      { id: 'dora', email: 'ANA@example.com' },
      'conflict',
      /belongs to ana/,
      /one person/,
    ],
  ];
  it.each(refused)('refuses %s', (_name, input, code, message, cure) => {
    const error = refusal(() => addPerson(team(), input));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.cure).toMatch(cure);
    expect(error.message).not.toMatch(/\p{Cc}/u);
  });
  it('takes plausible addresses', () => {
    for (const email of [
      'ana@localhost',
      'a.b+c@mail.example.com',
      'jörg@exämple.example',
      "o'neil@example.com",
    ]) {
      expect(addPerson(emptyRoster(), { id: 'ana', email }).people[0]?.contacts[0]?.address).toBe(email);
    }
  });
});

describe('adding a service', () => {
  it('pages by the default service’s policy unless told otherwise', () => {
    expect(addService(team(), { id: 'mail', keyHash: HASH }).services.at(-1)?.policy).toBe('default');
    expect(addService(team(), { id: 'mail', policy: 'front', keyHash: HASH }).services.at(-1)?.policy).toBe(
      'front',
    );
  });
  it.each(['add', 'show', 'edit', 'remove', 'list', 'key', 'ack', 'relay'])('refuses the name %s', (id) => {
    expect(refusal(() => addService(team(), { id, keyHash: HASH })).code).toBe('usage');
  });
  it('refuses a name that is taken, and a policy nobody knows', () => {
    expect(refusal(() => addService(team(), { id: 'db', keyHash: HASH })).code).toBe('conflict');
    expect(refusal(() => addService(team(), { id: 'mail', policy: 'sotrage', keyHash: HASH }))).toEqual({
      code: 'not_found',
      message: 'There is no policy sotrage',
      cure: 'Did you mean storage? Policies are: default, storage, front.',
    });
    expect(refusal(() => addService(emptyRoster(), { id: 'mail', keyHash: HASH })).cure).toBe(
      'Add one with `relay policy add`.',
    );
  });
  it('never takes a key for a hash, and never shows it', () => {
    expect(() => addService(team(), { id: 'mail', keyHash: 'f'.repeat(32) })).toThrow(/^(?!.*ffff)/);
  });
  it('keeps two keys while one is being changed', () => {
    const once = replaceKey(addService(team(), { id: 'mail', keyHash: HASH }), 'mail', HASH_2);
    expect(once.services.at(-1)?.keyHashes).toEqual([HASH_2, HASH]);
    const twice = replaceKey(once, 'mail', HASH_3);
    expect(twice.services.at(-1)?.keyHashes).toEqual([HASH_3, HASH_2]);
    expect(replaceKey(twice, 'mail', HASH_3)).toEqual(twice);
    expect(refusal(() => replaceKey(team(), 'wbe', HASH)).cure).toMatch(
      /^Did you mean web\? Services are: default, db/,
    );
  });
});

describe('adding a policy', () => {
  it('keeps levels in their order, each person once', () => {
    const roster = addPolicy(team(), {
      id: 'night',
      levels: [level(['ana', 'ben', 'ana'], 2_000), level(['cy'])],
      repeat: 0,
    });
    expect(roster.policies.at(-1)?.levels).toEqual([level(['ana', 'ben'], 2_000), level(['cy'])]);
  });
  const refused: [string, Parameters<typeof addPolicy>[1], string, RegExp][] = [
    ['no levels', { id: 'night', levels: [], repeat: 3 }, 'usage', /1 to 20 levels/],
    [
      'a level with nobody',
      { id: 'night', levels: [level([])], repeat: 3 },
      'usage',
      /Level 1 would name nobody/,
    ],
    [
      'somebody nobody knows',
      { id: 'night', levels: [level(['bne'])], repeat: 3 },
      'not_found',
      /no person bne/,
    ],
    ['no wait', { id: 'night', levels: [level(['ana'], 0)], repeat: 3 }, 'usage', /Level 1 must wait/],
    [
      'a wait without an end',
      { id: 'night', levels: [level(['ana'], Infinity)], repeat: 3 },
      'usage',
      /must wait/,
    ],
    ['half a repeat', { id: 'night', levels: [level(['ana'])], repeat: 0.5 }, 'usage', /repeats 0 to 100/],
    [
      'a taken name',
      { id: 'front', levels: [level(['ana'])], repeat: 3 },
      'conflict',
      /a policy front already/,
    ],
    [
      'a subcommand’s name',
      { id: 'list', levels: [level(['ana'])], repeat: 3 },
      'usage',
      /meaning of its own/,
    ],
  ];
  it.each(refused)('refuses %s', (_name, input, code, message) => {
    const error = refusal(() => addPolicy(team(), input));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.cure).toBeTruthy();
  });
});

describe('changing a person', () => {
  const mail = { channel: 'email' as const, address: 'ana@example.com' };
  const sms = { channel: 'sms' as const, address: '+15550101' };
  const off = () =>
    disableContact(team(), { person: 'ana', channel: 'sms', address: '+15550101', why: 'opted out' });
  type Change = Parameters<typeof editPerson>[2];

  const kept: [name: string, change: Change, after: { name?: string; contacts?: object[] }][] = [
    ['another name', { name: ' Ana Lopez ' }, { name: 'Ana Lopez' }],
    [
      'another phone, in its place',
      { phone: '+1 (555) 0109' },
      { contacts: [mail, { ...sms, address: '+15550109' }] },
    ],
    [
      'another mail address',
      { email: 'al@example.com' },
      { contacts: [{ ...mail, address: 'al@example.com' }, sms] },
    ],
    [
      'her own address in capitals',
      { email: 'ANA@example.com' },
      { contacts: [{ ...mail, address: 'ANA@example.com' }, sms] },
    ],
    ['no phone', { phone: '' }, { contacts: [mail] }],
    ['no mail address', { email: '' }, { contacts: [sms] }],
    [
      'all at once',
      { name: 'A', phone: '+15550108', email: '' },
      { name: 'A', contacts: [{ ...sms, address: '+15550108' }] },
    ],
  ];
  it.each(kept)('takes %s and leaves the rest', (_name, change, after) => {
    const before = team();
    const [ana] = before.people;
    const roster = editPerson(before, 'ana', change);
    expect(roster.people).toEqual([{ ...ana, ...after }, ...before.people.slice(1)]);
    expect({ ...roster, people: [] }).toEqual({ ...before, people: [] });
  });
  it('adds a way that was not there', () => {
    const mailOnly = editPerson(team(), 'ana', { phone: '' });
    expect(editPerson(mailOnly, 'ana', { phone: '+15550101' })).toEqual(team());
  });
  it('keeps the zone', () => {
    const roster = addPerson(team(), { id: 'dora', email: 'dora@example.com', zone: 'Europe/Berlin' });
    expect(editPerson(roster, 'dora', { name: 'Dora' }).people.at(-1)).toEqual({
      id: 'dora',
      name: 'Dora',
      zone: 'Europe/Berlin',
      contacts: [{ channel: 'email', address: 'dora@example.com' }],
    });
  });
  it('switches a contact on again when it is given, the same one or another', () => {
    expect(off().people[0]?.contacts[1]).toHaveProperty('disabled');
    expect(editPerson(off(), 'ana', { phone: '+15550101' })).toEqual(team());
    expect(editPerson(off(), 'ana', { phone: '+15550109' }).people[0]?.contacts).toEqual([
      mail,
      { ...sms, address: '+15550109' },
    ]);
  });
  it('leaves a contact off that is not given', () => {
    const renamed = editPerson(off(), 'ana', { name: 'Ana Lopez', email: 'al@example.com' });
    expect(renamed.people[0]?.contacts[1]).toEqual({ ...sms, disabled: 'opted out' });
  });
  it('is the same roster when nothing changes', () => {
    const before = team();
    expect(editPerson(before, 'ana', { name: 'Ana', phone: '+1 555 0101', email: 'ana@example.com' })).toBe(
      before,
    );
  });

  const refused: [name: string, change: Change, code: string, message: RegExp, cure: RegExp][] = [
    [
      'nothing',
      {},
      'usage',
      /Nothing is to be changed/,
      /--name, --email, --phone, --voice, --push, --zone or --revoke-links/,
    ],
    ['an empty name', { name: ' ' }, 'usage', /one line/, /--name/],
    ['a national phone number', { phone: '015550104' }, 'usage', /no phone number/, /\+15550100/],
    ['half a mail address', { email: 'ana@' }, 'usage', /no mail address/, /ana@example/],
    ['Ben’s phone', { phone: '+15550102' }, 'conflict', /belongs to ben \(Ben\)/, /one person/],
    ['Ben’s mail in capitals', { email: 'BEN@example.com' }, 'conflict', /belongs to ben/, /one person/],
    [
      'neither phone nor mail',
      { phone: '', email: '' },
      'usage',
      /no way left to reach ana/,
      /--email, --phone, --voice or --push/,
    ],
  ];
  it.each(refused)('refuses %s', (_name, change, code, message, cure) => {
    const error = refusal(() => editPerson(team(), 'ana', change));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.cure).toMatch(cure);
  });
  it('refuses to take away the only way that works', () => {
    expect(refusal(() => editPerson(off(), 'ana', { email: '' })).message).toMatch(/no way left/);
    expect(editPerson(off(), 'ana', { email: '', phone: '+15550101' }).people[0]?.contacts).toEqual([sms]);
  });
  it('refuses somebody nobody knows', () => {
    expect(refusal(() => editPerson(team(), 'anna', { name: 'Ana' }))).toEqual({
      code: 'not_found',
      message: 'There is no person anna',
      cure: 'Did you mean ana? People are: ana, ben, cy.',
    });
  });
});

describe('switching a contact off', () => {
  const sms = { person: 'ana', channel: 'sms' as const, address: '+15550101' };
  it('keeps the reason, the first one', () => {
    const off = disableContact(team(), { ...sms, why: 'answered STOP' });
    expect(off.people[0]?.contacts).toEqual([
      { channel: 'email', address: 'ana@example.com' },
      { channel: 'sms', address: '+15550101', disabled: 'answered STOP' },
    ]);
    expect(disableContact(off, { ...sms, why: 'again' })).toBe(off);
  });
  it('refuses a contact the person doesn’t have', () => {
    expect(refusal(() => disableContact(team(), { ...sms, address: '+15550102', why: 'STOP' })).cure).toBe(
      'Contacts are: email ana@example.com, sms +15550101.',
    );
  });
});

describe('relay oncall set', () => {
  it('without a service is for every policy', () => {
    const roster = setOncall(team(), { ...set, untilMs: NOW + HOUR });
    expect(['default', 'db', 'web'].map((one) => duty(roster, one, NOW, []).levels[0]?.people)).toEqual([
      ['cy'],
      ['cy'],
      ['cy'],
    ]);
    expect(new Set(roster.overrides.map((one) => one.id)).size).toBe(3);
  });
  it('with a service is for its policy, and with a level for those that have it', () => {
    const roster = setOncall(team(), { ...set, service: 'db', level: 2 });
    expect(roster.overrides).toEqual([
      {
        id: '8.storage.2',
        policy: 'storage',
        level: 2,
        person: 'cy',
        fromMs: NOW,
        untilMs: null,
        by: 'root',
        madeAtMs: NOW,
      },
    ]);
    expect(policiesFor(team(), undefined, 2)).toEqual(['storage']);
    expect(policiesFor(team(), undefined, 1)).toEqual(['default', 'storage', 'front']);
  });
  it('wins over what was set before, also when the clock has been set back', () => {
    const before = team([override({ person: 'ben', untilMs: NOW + 9 * HOUR, madeAtMs: NOW + 5 * HOUR })]);
    const roster = setOncall(before, { ...set, service: 'db', untilMs: NOW + HOUR });
    expect(duty(roster, 'db', NOW, []).levels[0]?.people).toEqual(['cy']);
    expect(duty(roster, 'db', NOW + 2 * HOUR, []).levels[0]?.people).toEqual(['ben']);
  });
  it('drops what is over and what can never show again', () => {
    const before = team([
      override({ id: 'over', untilMs: NOW }),
      override({ id: 'hidden', fromMs: NOW, untilMs: NOW + HOUR }),
      override({ id: 'later', fromMs: NOW + HOUR, untilMs: NOW + 3 * HOUR }),
      override({ id: 'elsewhere', level: 2 }),
    ]);
    const roster = setOncall(before, { ...set, service: 'db', untilMs: NOW + 2 * HOUR });
    expect(roster.overrides.map((one) => one.id)).toEqual(['later', 'elsewhere', '8.storage.1']);
  });
  const refused: [string, Partial<Parameters<typeof setOncall>[1]>, string, RegExp, RegExp][] = [
    [
      'somebody nobody knows',
      { person: 'ann' },
      'not_found',
      /no person ann/,
      /Did you mean ana\? People are: ana, ben/,
    ],
    [
      'a service nobody knows',
      { service: 'queue' },
      'not_found',
      /no service queue/,
      /^Services are: default, db, web\.$/,
    ],
    [
      'a level the policy lacks',
      { service: 'web', level: 2 },
      'not_found',
      /front of service web has no level 2/,
      /1 to 1/,
    ],
    ['a level no policy has', { level: 5 }, 'not_found', /No policy has a level 5/, /from 1 to 2/],
    ['level 0', { level: 0 }, 'usage', /count from 1/, /--level/],
    ['an end before the beginning', { fromMs: NOW + HOUR, untilMs: NOW }, 'usage', /end before/, /--for 8h/],
    [
      'one that is over',
      { fromMs: NOW - 2 * HOUR, untilMs: NOW - HOUR },
      'usage',
      /over already/,
      /--for 8h/,
    ],
  ];
  it.each(refused)('refuses %s', (_name, edit, code, message, cure) => {
    const error = refusal(() => setOncall(team(), { ...set, ...edit }));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.cure).toMatch(cure);
  });
  it('pages exactly whom the last one set says, however many came before', () => {
    const anySet = fc.record({
      person: fc.constantFrom('ana', 'ben', 'cy'),
      from: fc.integer({ min: 0, max: 40 }),
      length: fc.option(fc.integer({ min: 1, max: 40 })),
    });
    fc.assert(
      fc.property(
        fc.array(anySet, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 90 }),
        (sets, at) => {
          let roster = team();
          for (const [index, one] of sets.entries()) {
            const fromMs = NOW + one.from * HOUR;
            const untilMs = one.length === null ? null : fromMs + one.length * HOUR;
            roster = {
              ...setOncall(roster, { ...set, person: one.person, service: 'db', fromMs, untilMs }),
              version: 8 + index,
            };
          }
          const winner = sets.findLast(
            (one) => at >= one.from && (one.length === null || at < one.from + one.length),
          );
          expect(duty(roster, 'db', NOW + at * HOUR, []).levels[0]?.people).toEqual([
            winner?.person ?? 'ana',
          ]);
          expect(withoutExpired(roster, NOW)).toEqual(roster);
        },
      ),
    );
  });
});
