/** Shifts of months, of several days, long after the start; rotations of one and of none. */
import { ask, days, layer, months, override, rota, weeks, type Row } from './row.ts';

const BERLIN = 'Europe/Berlin';
const monthly = (start: string, every = 1) => rota(BERLIN, [layer(start, months(every))]);

export const LENGTHS: Row[] = [
  ...ask(monthly('2026-01-31'), [
    [
      'from the 31st: February’s last day, a minute before',
      '2026-02-28T08:59+01:00',
      'ana',
      '2026-02-28T09:00+01:00',
      'month of ana',
    ],
    [
      'from the 31st: back to its day in March',
      '2026-03-30T12:00+02:00',
      'ben',
      '2026-03-31T09:00+02:00',
      'month of ben until Tue 09:00 CEST',
    ],
    [
      'from the 31st: April’s last day',
      '2026-04-30T09:00+02:00',
      'ana',
      '2026-05-31T09:00+02:00',
      'month of ana',
    ],
  ]),
  ...ask(monthly('2024-01-30'), [
    [
      'from the 30th: a leap year’s February',
      '2024-02-29T09:00+01:00',
      'ben',
      '2024-03-30T09:00+01:00',
      'month of ben',
    ],
  ]),
  ...ask(monthly('2026-08-31', 3), [
    [
      'a quarter from the end of August ends in February',
      '2027-02-28T10:00+01:00',
      'cleo',
      '2027-05-31T09:00+02:00',
      'rotation ops, shift of cleo',
    ],
  ]),
  ...ask(monthly('2024-02-29', 12), [
    [
      'a year from the 29th of February comes back to it',
      '2028-02-29T08:00+01:00',
      'ana',
      '2028-02-29T09:00+01:00',
      'shift of ana',
    ],
  ]),
  ...ask(rota(BERLIN, [layer('2026-03-27', days(3))]), [
    [
      'three days across the change',
      '2026-03-27T09:00+01:00',
      'ana',
      '2026-03-30T09:00+02:00',
      'shift of ana until Mon 09:00 CEST',
    ],
  ]),
  ...ask(rota(BERLIN, [layer('2026-11-02', weeks(2))]), [
    ['two weeks', '2026-11-18T12:00+01:00', 'ben', '2026-11-30T09:00+01:00', 'shift of ben'],
  ]),
  ...ask(rota(BERLIN, [layer('2001-01-01')]), [
    ['35 years after the start', '2036-01-07T12:00+01:00', 'ana', '2036-01-14T09:00+01:00', 'week of ana'],
  ]),
  ...ask(rota(BERLIN, [layer('2026-11-16')]), [
    [
      'before the start there is nobody',
      '2026-11-14T12:00+01:00',
      null,
      '2026-11-16T09:00+01:00',
      'nobody: rotation ops has nobody until Mon 09:00 CET',
    ],
    ['the first begins on the dot', '2026-11-16T09:00+01:00', 'ana', '2026-11-23T09:00+01:00', 'week of ana'],
  ]),
  ...ask(rota(BERLIN, [layer('2026-11-16', { members: ['ana'] })]), [
    [
      'a rotation of one never ends',
      '2026-11-18T12:00+01:00',
      'ana',
      null,
      'rotation ops, ana without an end',
    ],
  ]),
  ...ask(
    rota(BERLIN, [layer('2026-11-16', { members: ['ana'] })], {
      overrides: [override('ben', '2026-11-20T12:00+01:00', '2026-11-21T12:00+01:00')],
    }),
    [
      [
        'a rotation of one ends where somebody stands in',
        '2026-11-18T12:00+01:00',
        'ana',
        '2026-11-20T12:00+01:00',
        'week of ana until Fri 12:00 CET',
      ],
    ],
  ),
  ...ask(rota(BERLIN, [layer('2026-11-16', { members: ['ana', 'ana', 'ben'] })]), [
    [
      'two weeks in a row are one stretch',
      '2026-11-16T12:00+01:00',
      'ana',
      '2026-11-30T09:00+01:00',
      'week of ana until Mon 30 Nov 2026',
    ],
  ]),
  ...ask(rota(BERLIN, []), [
    [
      'a rotation without layers reaches nobody',
      '2026-11-18T12:00+01:00',
      null,
      null,
      'nobody: rotation ops has nobody without an end',
    ],
  ]),
  ...ask(rota(BERLIN, [layer('2026-11-16', { members: [] })]), [
    [
      'a rotation without members reaches nobody',
      '2026-11-18T12:00+01:00',
      null,
      null,
      'nobody: rotation ops has nobody without an end',
    ],
  ]),
  ...ask(rota(BERLIN, [layer('2026-11-16', { members: ['flo', 'gus'] })]), [
    [
      'a rotation whose members all left reaches nobody, and says whom not',
      '2026-11-18T12:00+01:00',
      null,
      null,
      'instead of flo (no longer in the roster), gus (no longer in the roster)',
    ],
  ]),
  ...ask({ ...rota(BERLIN, [layer('2026-11-16')]), rotations: [] }, [
    [
      'a rotation that isn’t there reaches nobody',
      '2026-11-18T12:00+01:00',
      null,
      null,
      "nobody: rotation ops doesn't exist",
    ],
  ]),
];
