/** Handoffs around the nights in which clocks change, and in zones that changed their minds. */
import { ask, days, hours, layer, rota, type Row } from './row.ts';

const BERLIN = 'Europe/Berlin';
const NEW_YORK = 'America/New_York';
const SYDNEY = 'Australia/Sydney';
const HOWE = 'Australia/Lord_Howe';
const PAULO = 'America/Sao_Paulo';

const nightly = (zone: string, start: string, handoff: string) =>
  rota(zone, [layer(start, { ...days(1), handoff })]);

export const CLOCK_CHANGES: Row[] = [
  ...ask(rota(BERLIN, [layer('2026-10-12')]), [
    [
      'Berlin falls back: Ben’s week lasts an hour more',
      '2026-10-26T08:30+01:00',
      'ben',
      '2026-10-26T09:00+01:00',
      'rotation ops, week of ben until Mon 09:00 CET',
    ],
    [
      'Berlin falls back: Cleo begins at nine all the same',
      '2026-10-26T09:00+01:00',
      'cleo',
      '2026-11-02T09:00+01:00',
      'rotation ops, week of cleo until Mon 2 Nov 2026 09:00 CET',
    ],
    [
      'Berlin falls back: Ben is told on Tuesday until when',
      '2026-10-20T12:00+02:00',
      'ben',
      '2026-10-26T09:00+01:00',
      'week of ben until Mon 09:00 CET',
    ],
  ]),
  ...ask(rota(BERLIN, [layer('2026-03-16')]), [
    [
      'Berlin springs forward: a minute before Ben’s end',
      '2026-03-30T08:59+02:00',
      'ben',
      '2026-03-30T09:00+02:00',
      'week of ben until Mon 09:00 CEST',
    ],
    [
      'Berlin springs forward: Cleo begins at nine',
      '2026-03-30T09:00+02:00',
      'cleo',
      '2026-04-06T09:00+02:00',
      'week of cleo',
    ],
  ]),
  ...ask(nightly(BERLIN, '2026-03-27', '02:30'), [
    [
      'a handoff at a time that is skipped is an hour later',
      '2026-03-29T03:15+02:00',
      'ben',
      '2026-03-29T03:30+02:00',
      'day of ben',
    ],
    [
      'and the shift behind it has 23 hours',
      '2026-03-29T03:30+02:00',
      'cleo',
      '2026-03-30T02:30+02:00',
      'day of cleo',
    ],
  ]),
  ...ask(nightly(BERLIN, '2026-10-23', '02:30'), [
    [
      'a handoff at a time that comes twice is at the first',
      '2026-10-25T02:29+02:00',
      'ben',
      '2026-10-25T02:30+02:00',
      'day of ben',
    ],
    [
      'and doesn’t go back when the time comes again',
      '2026-10-25T02:15+01:00',
      'cleo',
      '2026-10-26T02:30+01:00',
      'day of cleo',
    ],
  ]),
  ...ask(nightly(BERLIN, '2026-03-27', '09:00'), [
    [
      'a day’s shift across the change in March has 23 hours',
      '2026-03-28T10:00+01:00',
      'ben',
      '2026-03-29T09:00+02:00',
      'until Sun 09:00 CEST',
    ],
  ]),
  ...ask(nightly(BERLIN, '2026-10-23', '09:00'), [
    [
      'a day’s shift across the change in October has 25 hours',
      '2026-10-24T10:00+02:00',
      'ben',
      '2026-10-25T09:00+01:00',
      'until Sun 09:00 CET',
    ],
  ]),
  ...ask(rota(BERLIN, [layer('2026-03-29', { ...hours(1), handoff: '00:00' })]), [
    [
      'the hour that is skipped was Cleo’s turn, and Ana’s stays hers',
      '2026-03-29T03:00+02:00',
      'ana',
      '2026-03-29T04:00+02:00',
      'shift of ana',
    ],
    [
      'before it Ben has his own hour',
      '2026-03-29T01:59+01:00',
      'ben',
      '2026-03-29T03:00+02:00',
      'shift of ben',
    ],
  ]),
  ...ask(rota(BERLIN, [layer('2026-10-25', { ...hours(1), handoff: '00:00' })]), [
    [
      'the hour that comes twice is Cleo’s both times',
      '2026-10-25T02:30+01:00',
      'cleo',
      '2026-10-25T03:00+01:00',
      'shift of cleo',
    ],
  ]),
  ...ask(rota(NEW_YORK, [layer('2026-03-02')]), [
    [
      'New York springs forward: Ana until nine',
      '2026-03-09T08:30-04:00',
      'ana',
      '2026-03-09T09:00-04:00',
      'week of ana until Mon 09:00 EDT',
    ],
  ]),
  ...ask(rota(NEW_YORK, [layer('2026-10-26')]), [
    [
      'New York falls back: Ana until nine',
      '2026-11-02T08:30-05:00',
      'ana',
      '2026-11-02T09:00-05:00',
      'week of ana until Mon 09:00 EST',
    ],
  ]),
  ...ask(nightly(NEW_YORK, '2026-10-31', '01:30'), [
    [
      'New York’s second half past one hands nothing over',
      '2026-11-01T01:30-05:00',
      'ben',
      '2026-11-02T01:30-05:00',
      'day of ben',
    ],
    ['the first one does', '2026-11-01T01:30-04:00', 'ben', '2026-11-02T01:30-05:00', 'day of ben'],
  ]),
  ...ask(nightly(NEW_YORK, '2026-03-07', '02:30'), [
    [
      'New York’s skipped half past two is half past three',
      '2026-03-08T03:10-04:00',
      'ana',
      '2026-03-08T03:30-04:00',
      'day of ana',
    ],
  ]),
  ...ask(rota(SYDNEY, [layer('2026-03-29', { handoff: '02:30' })]), [
    ['Sydney falls back in April', '2026-04-05T02:45+11:00', 'ben', '2026-04-12T02:30+10:00', 'week of ben'],
  ]),
  ...ask(rota(SYDNEY, [layer('2026-09-27', { handoff: '02:30' })]), [
    [
      'Sydney springs forward in October',
      '2026-10-04T03:29+11:00',
      'ana',
      '2026-10-04T03:30+11:00',
      'week of ana until Sun 03:30 AEDT',
    ],
  ]),
  ...ask(rota(SYDNEY, [layer('2026-10-03', { ...hours(12), handoff: '08:00' })]), [
    [
      'a night of twelve hours has eleven when Sydney springs forward',
      '2026-10-03T21:00+10:00',
      'ben',
      '2026-10-04T08:00+11:00',
      'shift of ben until Sun 08:00 AEDT',
    ],
  ]),
  ...ask(rota(SYDNEY, [layer('2026-04-04', { ...hours(12), handoff: '08:00' })]), [
    [
      'and thirteen when it falls back',
      '2026-04-04T21:00+11:00',
      'ben',
      '2026-04-05T08:00+10:00',
      'shift of ben until Sun 08:00 AEST',
    ],
  ]),
  ...ask(nightly(HOWE, '2026-10-03', '02:15'), [
    [
      'Lord Howe springs half an hour: a skipped handoff is half an hour later',
      '2026-10-04T02:40+11:00',
      'ana',
      '2026-10-04T02:45+11:00',
      'day of ana',
    ],
  ]),
  ...ask(nightly(HOWE, '2026-04-04', '01:45'), [
    [
      'Lord Howe falls half an hour: the first of two counts',
      '2026-04-05T01:40+10:30',
      'ben',
      '2026-04-06T01:45+10:30',
      'day of ben',
    ],
  ]),
  ...ask(nightly(HOWE, '2026-04-04', '09:00'), [
    [
      'Lord Howe falls half an hour: a day has 24 and a half',
      '2026-04-04T10:00+11:00',
      'ana',
      '2026-04-05T09:00+10:30',
      'day of ana',
    ],
  ]),
  ...ask(rota(PAULO, [layer('2018-10-01', { members: ['ana', 'ben'] })]), [
    [
      'São Paulo still had summer time',
      '2019-01-07T09:00-02:00',
      'ana',
      '2019-01-14T09:00-02:00',
      'week of ana',
    ],
    [
      'São Paulo abolished it: a minute before nine',
      '2026-11-23T08:59-03:00',
      'ana',
      '2026-11-23T09:00-03:00',
      'week of ana',
    ],
    [
      'São Paulo abolished it: also in summer',
      '2026-12-07T09:00-03:00',
      'ben',
      '2026-12-14T09:00-03:00',
      'week of ben',
    ],
  ]),
  ...ask(nightly('Asia/Almaty', '2024-02-28', '00:00'), [
    [
      'Almaty went an hour back for good, at midnight',
      '2024-02-29T23:30+05:00',
      'ben',
      '2024-03-01T00:00+05:00',
      'day of ben',
    ],
  ]),
  ...ask(nightly('Pacific/Apia', '2011-12-28', '09:00'), [
    [
      'Samoa left a day out: Ben has his shift till the day after',
      '2011-12-31T08:59+14:00',
      'ben',
      '2011-12-31T09:00+14:00',
      'day of ben',
    ],
    [
      'Samoa left a day out: it was Cleo’s, and Ana’s stays hers',
      '2011-12-31T09:00+14:00',
      'ana',
      '2012-01-01T09:00+14:00',
      'day of ana',
    ],
  ]),
];
