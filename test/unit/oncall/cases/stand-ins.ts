/** Overrides, swaps, absences: somebody else than whose turn it is. */
import { addAbsence, setOncall, swap } from '../../../../src/relay/oncall/edits.ts';
import type { Roster } from '../../../../src/relay/oncall/types.ts';
import { absence, ask, days, during, layer, override, rota, type Row } from './row.ts';

const BERLIN = 'Europe/Berlin';
/** Ana from Monday the 16th of November, Ben from the 23rd, Cleo from the 30th. */
const weekly = (more: Partial<Roster> = {}): Roster => rota(BERLIN, [layer('2026-11-16')], more);
/** Ana on Monday the 16th, Ben on Tuesday, Cleo on Wednesday, Ana on Thursday. */
const daily = rota(BERLIN, [layer('2026-11-16', days(1))]);
const day = (date: string): string => `2026-11-${date}:00+01:00`;
const ms = (date: string): number => Date.parse(day(date));

const swapped = swap(daily, {
  a: 'ana',
  aShiftAt: ms('19T12:00'),
  b: 'ben',
  bShiftAt: ms('17T12:00'),
  by: 'root',
  nowMs: ms('16T10:00'),
});

export const STAND_INS: Row[] = [
  ...ask(weekly({ overrides: [override('cleo', day('18T12:00'), day('19T12:00'), { why: 'dentist' })] }), [
    [
      'before an override Ana’s time ends with its beginning',
      day('17T12:00'),
      'ana',
      day('18T12:00'),
      'week of ana until Wed 12:00 CET',
    ],
    [
      'an override',
      day('18T12:00'),
      'cleo',
      day('19T12:00'),
      'rotation ops, override by root until Thu 12:00 CET (dentist)',
    ],
    [
      'behind it the shift goes on',
      day('19T12:00'),
      'ana',
      day('23T09:00'),
      'week of ana until Mon 09:00 CET',
    ],
  ]),
  ...ask(weekly({ overrides: [override('cleo', day('22T12:00'), day('24T12:00'))] }), [
    [
      'an override across a handoff hides it',
      day('23T10:00'),
      'cleo',
      day('24T12:00'),
      'override by root until Tue 12:00 CET',
    ],
    [
      'and behind it the next has the turn',
      day('24T12:00'),
      'ben',
      day('30T09:00'),
      'week of ben until Mon 09:00 CET',
    ],
  ]),
  ...ask(
    weekly({
      overrides: [
        override('ben', day('19T12:00'), day('20T12:00'), { by: 'ana', madeAtMs: ms('18T10:00') }),
        override('cleo', day('18T08:00'), day('21T08:00'), { by: 'cleo', madeAtMs: ms('17T10:00') }),
      ],
    }),
    [
      [
        'of two overrides the later made wins, and says over which',
        day('19T13:00'),
        'ben',
        day('20T12:00'),
        "override by ana until Fri 12:00 CET, over cleo's made Tue 10:00 CET",
      ],
      [
        'the earlier one holds until then',
        day('18T12:00'),
        'cleo',
        day('19T12:00'),
        'override by cleo until Sat 08:00 CET',
      ],
      [
        'and again behind it',
        day('20T12:00'),
        'cleo',
        day('21T08:00'),
        'override by cleo until Sat 08:00 CET',
      ],
    ],
  ),
  ...ask(weekly({ overrides: [override('ana', day('23T09:00'), day('24T09:00'))] }), [
    [
      'an override that goes on where the own shift ends is one stretch',
      day('21T12:00'),
      'ana',
      day('24T09:00'),
      'week of ana until Tue 09:00 CET',
    ],
  ]),
  ...ask(weekly({ overrides: [override('cleo', day('18T12:00'), null)] }), [
    ['an override without an end', day('28T12:00'), 'cleo', null, 'override by root without an end'],
  ]),
  ...ask(weekly({ overrides: [override('flo', day('18T12:00'), null)] }), [
    [
      'an override of somebody who left doesn’t count',
      day('20T12:00'),
      'ana',
      day('23T09:00'),
      'week of ana',
    ],
  ]),
  ...ask(weekly({ overrides: [override('cleo', day('18T12:00'), null, { instead: 'ben' })] }), [
    ['one in place of Ben leaves Ana her week', day('20T12:00'), 'ana', day('23T09:00'), 'week of ana'],
    [
      'and takes Ben’s, before Cleo’s own',
      day('23T09:00'),
      'cleo',
      '2026-12-07T09:00+01:00',
      'swap by root: cleo for ben without an end',
    ],
  ]),
  ...ask(
    setOncall(weekly(), {
      person: 'cleo',
      service: 'db',
      untilMs: ms('19T12:00'),
      by: 'root',
      nowMs: ms('18T12:00'),
    }),
    [
      [
        'an override of the level counts before the rotation',
        day('18T13:00'),
        'cleo',
        day('19T12:00'),
        'override by root until Thu 12:00 CET',
      ],
    ],
  ),
  ...ask(swapped, [
    [
      'Ana has Ben’s Tuesday',
      day('17T12:00'),
      'ana',
      day('18T09:00'),
      'rotation ops, swap by root: ana for ben until Wed 09:00 CET',
    ],
    [
      'Ana’s own Monday touches it',
      day('16T12:00'),
      'ana',
      day('18T09:00'),
      'day of ana until Wed 09:00 CET',
    ],
    [
      'Ben has Ana’s Thursday, and his own Friday',
      day('19T12:00'),
      'ben',
      day('21T09:00'),
      'swap by root: ben for ana until Fri 09:00 CET',
    ],
    ['Cleo’s Wednesday is hers', day('18T12:00'), 'cleo', day('19T09:00'), 'day of cleo'],
  ]),
  ...ask(
    swap(swapped, {
      a: 'ana',
      aShiftAt: ms('17T12:00'),
      b: 'cleo',
      bShiftAt: ms('18T12:00'),
      by: 'ana',
      nowMs: ms('16T11:00'),
    }),
    [
      [
        'what was swapped can be swapped on',
        day('17T12:00'),
        'cleo',
        day('18T09:00'),
        "swap by ana: cleo for ana until Wed 09:00 CET, over root's made Mon 10:00 CET",
      ],
      [
        'and Ana has Cleo’s Wednesday for it',
        day('18T12:00'),
        'ana',
        day('19T09:00'),
        'swap by ana: ana for cleo',
      ],
    ],
  ),
  ...ask(
    addAbsence(swapped, {
      person: 'ana',
      fromMs: ms('17T00:00'),
      untilMs: ms('18T00:00'),
      why: 'ill',
      by: 'ana',
      nowMs: ms('16T12:00'),
    }),
    [
      [
        'who falls ill after a swap doesn’t stand in: it is Ben’s own day again',
        day('17T12:00'),
        'ben',
        day('18T00:00'),
        'day of ben until Wed 00:00 CET',
      ],
    ],
  ),
  ...ask(weekly({ absences: [absence('ana', day('18T00:00'), day('21T00:00'))] }), [
    [
      'an absence: the next takes over',
      day('19T12:00'),
      'ben',
      day('21T00:00'),
      'rotation ops, ben for ana (absent: holiday) until Sat 00:00 CET',
    ],
    ['until it is over', day('21T00:00'), 'ana', day('23T09:00'), 'week of ana until Mon 09:00 CET'],
    ['somebody else’s turn is not touched', day('24T12:00'), 'ben', day('30T09:00'), 'week of ben'],
  ]),
  ...ask(weekly({ absences: [absence('ana', day('19T00:00'), day('30T09:00'))] }), [
    [
      'an absence into the next one’s own week',
      day('19T12:00'),
      'ben',
      day('30T09:00'),
      'ben for ana (absent: holiday) until Mon 30 Nov 2026',
    ],
  ]),
  ...ask(
    weekly({
      absences: [
        absence('ana', day('18T00:00'), day('21T00:00')),
        absence('ben', day('19T00:00'), day('20T00:00'), { why: 'ill' }),
      ],
    }),
    [
      [
        'the next is away too: the one behind',
        day('19T12:00'),
        'cleo',
        day('20T00:00'),
        'cleo for ana (absent: holiday), ben (absent: ill)',
      ],
    ],
  ),
  ...ask(
    weekly({ absences: ['ana', 'ben', 'cleo'].map((one) => absence(one, day('18T00:00'), day('19T00:00'))) }),
    [
      [
        'all are away: nobody, and it is said',
        day('18T12:00'),
        null,
        day('19T00:00'),
        'rotation ops has nobody instead of ana (absent: holiday), ben',
      ],
    ],
  ),
  ...ask(
    rota(
      BERLIN,
      [
        layer('2026-11-16'),
        layer('2026-11-16', { members: ['dora', 'eli'], ...during({ from: '00:00', until: '24:00' }) }),
      ],
      {
        absences: ['dora', 'eli'].map((one) => absence(one, day('18T00:00'), day('19T00:00'))),
      },
    ),
    [
      [
        'all of a layer are away: the layer below',
        day('18T12:00'),
        'ana',
        day('19T00:00'),
        'ana for dora (absent: holiday), eli (absent: holiday)',
      ],
    ],
  ),
  ...ask(rota(BERLIN, [layer('2026-11-16', { members: ['flo', 'ben', 'cleo'] })]), [
    [
      'who left the roster is passed over, and nobody moves',
      day('18T12:00'),
      'ben',
      day('30T09:00'),
      'ben for flo (no longer in the roster)',
    ],
  ]),
  ...ask(
    setOncall(weekly({ absences: [absence('cleo', day('18T00:00'), day('21T00:00'))] }), {
      person: 'cleo',
      rotation: 'ops',
      fromMs: ms('19T00:00'),
      untilMs: ms('20T00:00'),
      by: 'cleo',
      nowMs: ms('17T00:00'),
    }),
    [
      [
        'who stands in knowing of the absence does',
        day('19T12:00'),
        'cleo',
        day('20T00:00'),
        'override by cleo until Fri 00:00 CET',
      ],
    ],
  ),
];
