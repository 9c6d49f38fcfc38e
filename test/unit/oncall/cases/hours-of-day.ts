/** Layers that answer at some hours only: nights, business hours, weekends, following the sun. */
import type { Roster } from '../../../../src/relay/oncall/types.ts';
import { ask, days, during, layer, rota, type Row } from './row.ts';

const BERLIN = 'Europe/Berlin';
const DORA = { members: ['dora'] };
const WORKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;

/** Ana's weeks and so on, and at some hours Dora above them. */
const withDora = (start: string, from: string, until: string): Roster =>
  rota(BERLIN, [layer(start), layer(start, { ...DORA, ...during({ from, until }) })]);

const sun = (zone: string, member: string, from: string, until: string) => ({
  zone,
  layers: [layer('2026-01-05', { members: [member], ...during({ from, until }) })],
});

export const HOURS_OF_DAY: Row[] = [
  ...ask(withDora('2026-11-16', '22:00', '06:00'), [
    [
      'a night begins',
      '2026-11-18T22:00+01:00',
      'dora',
      '2026-11-19T06:00+01:00',
      'rotation ops, week of dora until Thu 06:00 CET',
    ],
    [
      'a night goes on behind midnight',
      '2026-11-19T05:59+01:00',
      'dora',
      '2026-11-19T06:00+01:00',
      'of dora until Thu 06:00 CET',
    ],
    [
      'by day it is the layer below',
      '2026-11-19T06:00+01:00',
      'ana',
      '2026-11-19T22:00+01:00',
      'week of ana until Thu 22:00 CET',
    ],
  ]),
  ...ask(withDora('2026-03-23', '22:00', '06:00'), [
    [
      'a night in which the clocks go forward ends at six',
      '2026-03-29T05:30+02:00',
      'dora',
      '2026-03-29T06:00+02:00',
      'of dora until Sun 06:00 CEST',
    ],
    ['and began at ten', '2026-03-28T21:59+01:00', 'ana', '2026-03-28T22:00+01:00', 'week of ana'],
  ]),
  ...ask(withDora('2026-10-19', '22:00', '06:00'), [
    [
      'a night in which the clocks go back ends at six',
      '2026-10-25T05:30+01:00',
      'dora',
      '2026-10-25T06:00+01:00',
      'of dora until Sun 06:00 CET',
    ],
  ]),
  ...ask(withDora('2026-03-23', '22:00', '02:30'), [
    [
      'a night that ends at a skipped time ends an hour later',
      '2026-03-29T03:15+02:00',
      'dora',
      '2026-03-29T03:30+02:00',
      'of dora until Sun 03:30 CEST',
    ],
  ]),
  ...ask(withDora('2026-10-19', '22:00', '02:30'), [
    [
      'a night that ends at a time that comes twice ends at the first',
      '2026-10-25T02:45+02:00',
      'ana',
      '2026-10-25T22:00+01:00',
      'week of ana',
    ],
  ]),
  ...ask(withDora('2026-03-23', '02:00', '03:00'), [
    [
      'an hour that is skipped is nobody’s',
      '2026-03-29T03:00+02:00',
      'ana',
      '2026-03-30T02:00+02:00',
      'week of ana',
    ],
  ]),
  ...ask(withDora('2026-10-19', '02:00', '03:00'), [
    [
      'an hour that comes twice lasts two',
      '2026-10-25T02:30+01:00',
      'dora',
      '2026-10-25T03:00+01:00',
      'of dora until Sun 03:00 CET',
    ],
  ]),
  ...ask(
    rota(BERLIN, [layer('2026-11-16', during({ days: [...WORKDAYS], from: '09:00', until: '17:00' }))]),
    [
      [
        'business hours alone leave the night open',
        '2026-11-18T18:00+01:00',
        null,
        '2026-11-19T09:00+01:00',
        'nobody: rotation ops has nobody until Thu 09:00 CET',
      ],
      [
        'and the weekend',
        '2026-11-20T17:00+01:00',
        null,
        '2026-11-23T09:00+01:00',
        'nobody until Mon 09:00 CET',
      ],
      [
        'on Monday it is the next one’s turn',
        '2026-11-23T09:00+01:00',
        'ben',
        '2026-11-23T17:00+01:00',
        'week of ben until Mon 17:00 CET',
      ],
    ],
  ),
  ...ask(
    rota(BERLIN, [
      layer('2026-11-16'),
      layer('2026-11-16', { ...DORA, ...during({ days: ['sat', 'sun'], from: '00:00', until: '24:00' }) }),
    ]),
    [
      [
        'a weekend is one stretch',
        '2026-11-21T12:00+01:00',
        'dora',
        '2026-11-23T00:00+01:00',
        'until Mon 00:00 CET',
      ],
      [
        'behind it the week goes on',
        '2026-11-23T00:00+01:00',
        'ana',
        '2026-11-23T09:00+01:00',
        'week of ana',
      ],
    ],
  ),
  ...ask(
    rota(BERLIN, [
      layer('2026-11-16'),
      layer('2026-11-16', { ...DORA, ...during({ days: ['fri'], from: '22:00', until: '06:00' }) }),
    ]),
    [
      [
        'a Friday’s night lasts into Saturday',
        '2026-11-21T05:00+01:00',
        'dora',
        '2026-11-21T06:00+01:00',
        'of dora',
      ],
      [
        'a Saturday’s is none of hers',
        '2026-11-22T05:00+01:00',
        'ana',
        '2026-11-23T09:00+01:00',
        'week of ana',
      ],
    ],
  ),
  ...ask(
    rota(BERLIN, [
      layer('2026-11-16', {
        members: ['dora', 'eli'],
        ...days(1),
        handoff: '00:00',
        ...during({ from: '22:00', until: '06:00' }),
      }),
    ]),
    [
      [
        'a handoff in the night cuts it',
        '2026-11-18T23:00+01:00',
        'dora',
        '2026-11-19T00:00+01:00',
        'day of dora',
      ],
      ['and the next has the rest', '2026-11-19T00:30+01:00', 'eli', '2026-11-19T06:00+01:00', 'day of eli'],
    ],
  ),
  ...ask(rota(BERLIN, [layer('2026-11-16'), layer('2026-12-01', DORA)]), [
    [
      'a layer that begins later leaves it to the one below',
      '2026-11-30T12:00+01:00',
      'cleo',
      '2026-12-01T09:00+01:00',
      'week of cleo until Tue 09:00 CET',
    ],
    ['until it begins', '2026-12-01T09:00+01:00', 'dora', null, 'dora without an end'],
  ]),
  ...ask(
    rota('UTC', {
      sydney: sun('Australia/Sydney', 'ana', '08:00', '16:00'),
      berlin: sun(BERLIN, 'ben', '06:00', '14:00'),
      york: sun('America/New_York', 'cleo', '08:00', '16:00'),
    }),
    [
      [
        'the sun is in Berlin',
        '2026-11-18T12:00Z',
        'ben',
        '2026-11-18T13:00Z',
        'rotation berlin, week of ben until Wed 13:00 UTC',
      ],
      [
        'then in New York',
        '2026-11-18T13:00Z',
        'cleo',
        '2026-11-18T21:00Z',
        'rotation york, week of cleo until Wed 21:00 UTC',
      ],
      [
        'then in Sydney',
        '2026-11-18T21:00Z',
        'ana',
        '2026-11-19T05:00Z',
        'rotation sydney, week of ana until Thu 05:00 UTC',
      ],
      [
        'in July clocks have moved apart: two are told',
        '2026-07-15T05:00Z',
        'ana, ben',
        '2026-07-15T06:00Z',
        'rotation sydney',
      ],
      [
        'and in the evening there is a hole, which is said',
        '2026-07-15T20:00Z',
        null,
        '2026-07-15T22:00Z',
        'rotation york has nobody until Thu 12:00 UTC',
      ],
    ],
  ),
  ...ask(
    rota('UTC', [
      layer('2026-01-05', { members: ['ana'], ...during({ from: '21:00', until: '05:00' }) }),
      layer('2026-01-05', { members: ['ben'], ...during({ from: '05:00', until: '13:00' }) }),
      layer('2026-01-05', { members: ['cleo'], ...during({ from: '13:00', until: '21:00' }) }),
    ]),
    [
      [
        'three layers of one rotation follow the sun as well',
        '2026-07-15T20:59Z',
        'cleo',
        '2026-07-15T21:00Z',
        'of cleo until Wed 21:00',
      ],
    ],
  ),
];
