/** Somebody joins or leaves in the middle of a shift, and the others don't move. */
import { addMember, removeMember } from '../../../../src/relay/oncall/edits.ts';
import { ask, during, hours, layer, months, rota, type Row } from './row.ts';

const BERLIN = 'Europe/Berlin';
/** Ana from Monday the 16th of November, Ben from the 23rd, Cleo from the 30th. */
const weekly = rota(BERLIN, [layer('2026-11-16')]);
/** In Ben's week. */
const nowMs = Date.parse('2026-11-25T12:00+01:00');
const dora = { rotation: 'ops', person: 'dora', nowMs };

export const MEMBERS: Row[] = [
  ...ask(addMember(weekly, dora), [
    [
      'Dora joins: Ben keeps his week',
      '2026-11-25T13:00+01:00',
      'ben',
      '2026-11-30T09:00+01:00',
      'week of ben until Mon 09:00 CET',
    ],
    [
      'Dora joins: Cleo is next all the same',
      '2026-12-01T12:00+01:00',
      'cleo',
      '2026-12-07T09:00+01:00',
      'week of cleo',
    ],
    ['Dora joins: then Ana', '2026-12-08T12:00+01:00', 'ana', '2026-12-14T09:00+01:00', 'week of ana'],
    [
      'Dora joins: at the end of the round',
      '2026-12-15T12:00+01:00',
      'dora',
      '2026-12-21T09:00+01:00',
      'week of dora',
    ],
    [
      'Dora joins: and Ben begins the next one',
      '2026-12-22T12:00+01:00',
      'ben',
      '2026-12-28T09:00+01:00',
      'week of ben',
    ],
  ]),
  ...ask(addMember(weekly, { ...dora, place: 1 }), [
    ['Dora joins as the next', '2026-12-01T12:00+01:00', 'dora', '2026-12-07T09:00+01:00', 'week of dora'],
    ['and Cleo comes behind her', '2026-12-08T12:00+01:00', 'cleo', '2026-12-14T09:00+01:00', 'week of cleo'],
  ]),
  ...ask(removeMember(weekly, { rotation: 'ops', person: 'ben', by: 'root', nowMs }), [
    [
      'Ben leaves in his week: Cleo takes over, and keeps her own',
      '2026-11-25T13:00+01:00',
      'cleo',
      '2026-12-07T09:00+01:00',
      'override by root until Mon 09:00 CET (ben left the rotation)',
    ],
    [
      'Ben leaves: Ana’s turn doesn’t move',
      '2026-12-08T12:00+01:00',
      'ana',
      '2026-12-14T09:00+01:00',
      'week of ana',
    ],
  ]),
  ...ask(removeMember(weekly, { rotation: 'ops', person: 'cleo', by: 'root', nowMs }), [
    [
      'Cleo leaves: Ben keeps his week',
      '2026-11-25T13:00+01:00',
      'ben',
      '2026-11-30T09:00+01:00',
      'week of ben',
    ],
    [
      'Cleo leaves: Ana comes instead',
      '2026-12-01T12:00+01:00',
      'ana',
      '2026-12-07T09:00+01:00',
      'week of ana',
    ],
  ]),
  ...ask(
    addMember(rota(BERLIN, [layer('2026-11-16', { ...hours(12), handoff: '08:00' })]), {
      ...dora,
      nowMs: Date.parse('2026-11-17T21:00+01:00'),
    }),
    [
      [
        'Dora joins shifts of twelve hours: Ana keeps her night',
        '2026-11-17T21:00+01:00',
        'ana',
        '2026-11-18T08:00+01:00',
        'shift of ana until Wed 08:00 CET',
      ],
      [
        'and Dora has the fourth from there',
        '2026-11-19T08:00+01:00',
        'dora',
        '2026-11-19T20:00+01:00',
        'shift of dora',
      ],
    ],
  ),
  ...ask(
    addMember(rota(BERLIN, [layer('2026-01-31', months(1))]), {
      ...dora,
      nowMs: Date.parse('2026-03-10T12:00+01:00'),
    }),
    [
      [
        'Dora joins months from the 31st: Ben’s began on the 28th and ends on the 31st',
        '2026-03-10T12:00+01:00',
        'ben',
        '2026-03-31T09:00+02:00',
        'month of ben',
      ],
      [
        'and Dora’s begins on the 31st of May',
        '2026-05-31T09:00+02:00',
        'dora',
        '2026-06-30T09:00+02:00',
        'month of dora',
      ],
    ],
  ),
  ...ask(addMember(weekly, { ...dora, nowMs: Date.parse('2026-11-01T00:00Z') }), [
    [
      'Dora joins before it began: the first stays the first',
      '2026-11-17T12:00+01:00',
      'ana',
      '2026-11-23T09:00+01:00',
      'week of ana',
    ],
    ['and she comes last', '2026-12-08T12:00+01:00', 'dora', '2026-12-14T09:00+01:00', 'week of dora'],
  ]),
  ...ask(
    removeMember(
      rota(BERLIN, [
        layer('2026-11-16', { members: ['cleo', 'ana'] }),
        layer('2026-11-16', {
          members: ['ana', 'dora', 'eli'],
          ...during({ from: '22:00', until: '06:00' }),
        }),
      ]),
      { rotation: 'ops', person: 'dora', layer: 2, by: 'root', nowMs },
    ),
    [
      [
        'Dora leaves the nights in her week: Eli has what is left of them',
        '2026-11-25T23:00+01:00',
        'eli',
        '2026-11-26T06:00+01:00',
        'override by root until Thu 06:00 CET (dora left the rotation)',
      ],
      [
        'and the days stay as they are',
        '2026-11-25T13:00+01:00',
        'ana',
        '2026-11-25T22:00+01:00',
        'week of ana',
      ],
    ],
  ),
];
