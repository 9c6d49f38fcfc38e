import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { renderHappening } from '../../../src/cli/render/happening.ts';
import { renderIncident } from '../../../src/cli/render/incident.ts';
import { renderIncidents } from '../../../src/cli/render/incidents.ts';
import { fit, table, widthFor, widthOf, wrap } from '../../../src/cli/render/layout.ts';
import { renderOncall } from '../../../src/cli/render/oncall.ts';
import { renderOverview } from '../../../src/cli/render/overview.ts';
import { renderStatus } from '../../../src/cli/render/status.ts';
import { styleFor } from '../../../src/cli/render/style.ts';
import type {
  IncidentDetailJson,
  IncidentJson,
  OncallJson,
  StatusJson,
} from '../../../src/relay/api/wire.ts';

const NOW_MS = new Date(2026, 10, 21, 2, 14).getTime();
const at = (agoMs: number): string => new Date(NOW_MS - agoMs).toISOString();
const terminal = { tty: true, columns: 80, env: {} };
const pipe = { tty: false, columns: 80, env: {} };
const LONG =
  'the disk of the main database is full and nothing can be written to it any more, says the monitor on db1';

const incident = (fields: Partial<IncidentJson> = {}): IncidentJson => ({
  number: 12,
  service: 'default',
  dedupKey: 'disk db1',
  status: 'triggered',
  severity: 'critical',
  summary: LONG,
  openedAt: at(180_000),
  events: 5,
  assignedTo: ['ana'],
  ...fields,
});

test('what is put off says until when, in the list and by itself', () => {
  const until = { snoozedUntil: at(-7_200_000), status: 'acknowledged' } as const;
  const list = renderIncidents(
    [
      incident({ ...until, summary: 'disk' }),
      incident({ waitsUntil: at(-60_000), summary: 'disk', events: 1 }),
    ],
    styleFor(pipe),
    null,
    NOW_MS,
  );
  expect(list).toMatch(
    /12 +snoozed .* disk \(until (?:\w{3} )?\d\d:\d\d, 5 events\)\n12 +waiting .* disk \(until (?:\w{3} )?\d\d:\d\d\)\n$/,
  );
  const shown = renderIncident({ ...detail, ...until }, styleFor(pipe), null, NOW_MS);
  expect(shown).toMatch(/^#12 {2}snoozed .*\n(?:.*\n)*? {2}put off {3}until (?:\w{3} )?\d\d:\d\d: snoozed\n/);
});

const detail: IncidentDetailJson = {
  ...incident(),
  timeline: [
    { at: at(180_000), kind: 'opened', text: LONG, actor: 'relay' },
    { at: at(60_000), kind: 'acknowledged', text: 'acknowledged by reply', actor: 'ana' },
  ],
  messages: [
    {
      id: 'ana.47',
      person: 'ana',
      channel: 'sms',
      status: 'failed',
      providerId: null,
      at: at(179_000),
      to: '+15550100',
      error: `30005: ${LONG}`,
    },
  ],
};

const oncall: OncallJson[] = [
  {
    service: 'default',
    policy: 'default',
    levels: [
      {
        level: 1,
        people: [{ person: 'ben', until: at(-3_600_000), because: 'override by ana until Sat 03:14 CET' }],
      },
      { level: 2, people: [] },
    ],
    next: { at: at(-3_600_000), text: 'Sat 03:14 CET: ana at level 1 (policy default)' },
  },
];

const status: StatusJson = {
  version: '0.1.0',
  host: 'pager-1',
  pid: 4711,
  since: at(90_000_000),
  store: 'sqlite:/var/lib/relay/relay.db',
  cluster: { text: 'one machine, spool empty', ok: true },
  channels: [{ channel: 'email', transport: 'mail', providers: ['mail'], text: 'through mail.example.com' }],
  notes: ['no SMS: pages go by mail only'],
  listening: { http: null, smtp: '127.0.0.1:2525', api: 'unix:/run/relay/relay.sock' },
  open: { triggered: 60, acknowledged: 3 },
  backlog: { journal: 2, due: 9, oldestSeconds: 75 },
  rosterVersion: 4,
  canary: { throughAt: at(12_000), acceptToCallMs: 8.4, alive: true },
  problems: [{ id: 'twilio', text: LONG, cure: `Check twilio.authTokenFile; ${LONG}`, since: at(600_000) }],
};

type Terminal = Parameters<typeof styleFor>[0] & { columns: number };
const views: [string, (io: Terminal) => string][] = [
  ['the list', (io) => renderIncidents([incident()], styleFor(io), widthFor(io), NOW_MS)],
  ['one incident', (io) => renderIncident(detail, styleFor(io), widthFor(io), NOW_MS)],
  ['on call', (io) => renderOncall(oncall, styleFor(io), widthFor(io), NOW_MS, true)],
  ['the status', (io) => renderStatus(status, styleFor(io), widthFor(io), NOW_MS)],
  [
    'the overview',
    (io) => renderOverview({ incidents: [incident()], oncall, status }, styleFor(io), widthFor(io), NOW_MS),
  ],
  [
    'a line of the tail',
    (io) =>
      renderHappening(
        {
          at: at(0),
          kind: 'message',
          text: LONG,
          actor: 'relay',
          incident: 12,
          message: { id: 'ana.47', channel: 'sms', status: 'failed', error: LONG, cure: LONG },
        },
        styleFor(io),
        widthFor(io),
        NOW_MS,
      ),
  ],
];

describe.each(views)('%s', (_name, view) => {
  test('fits a terminal of 80 columns', () => {
    for (const line of stripVTControlCharacters(view(terminal)).split('\n')) {
      expect(widthOf(line), line).toBeLessThanOrEqual(80);
    }
  });

  test('has colours on a terminal only, and none where NO_COLOR is set', () => {
    const plain = stripVTControlCharacters(view(terminal));
    expect(view(terminal)).not.toBe(plain);
    expect(view({ ...terminal, env: { NO_COLOR: '1' } })).toBe(plain);
    expect(view({ ...terminal, env: { NO_COLOR: '' } })).toBe(view(terminal));
    expect(view(pipe)).toBe(stripVTControlCharacters(view(pipe)));
  });

  test('ends each line without blanks, and with a line end', () => {
    expect(view(pipe)).toMatch(/\n$/);
    expect(view(pipe)).not.toMatch(/[ \t]\n/);
  });
});

test('the list is aligned, and in a pipe nothing is cut', () => {
  const text = renderIncidents(
    [
      incident(),
      incident({
        number: 7,
        service: 'db',
        status: 'acknowledged',
        severity: 'info',
        summary: 'slow',
        events: 1,
      }),
    ],
    styleFor(pipe),
    widthFor(pipe),
    NOW_MS,
  );
  expect(text).toBe(
    [
      '#   STATUS        SEVERITY  SERVICE  OPENED     SUMMARY',
      `12  triggered     critical  default  3 min ago  ${LONG} (5 events)`,
      '7   acknowledged  info      db       3 min ago  slow',
      '',
    ].join('\n'),
  );
});

test('one incident: what it is, then every decision, then every message', () => {
  const short = {
    ...detail,
    summary: 'disk full',
    timeline: [
      { at: at(180_000), kind: 'opened', text: 'a mail', actor: 'relay' },
      ...detail.timeline.slice(1),
    ],
  };
  const [message] = detail.messages;
  if (message === undefined) throw new Error('the fixture has a message');
  const shown = { ...short, messages: [{ ...message, status: 'delivered' as const, error: null }] };
  expect(renderIncident(shown, styleFor(pipe), null, NOW_MS)).toBe(
    [
      '#12  triggered  critical  disk full',
      '  service   default (dedup key: disk db1)',
      '  opened    02:11, 3 min ago; 5 events',
      '  assigned  ana',
      '',
      'Timeline',
      '  02:11:00  opened        a mail',
      '  02:13:00  acknowledged  acknowledged by reply (ana)',
      '',
      'Messages',
      '  ana.47  sms  delivered  02:11:01  to +15550100',
      '',
    ].join('\n'),
  );
});

test('a message that a host sent without a quorum is marked', () => {
  const messages = detail.messages.map((one) => ({ ...one, error: null, degraded: true as const }));
  const text = renderIncident({ ...detail, messages }, styleFor(pipe), null, NOW_MS);
  expect(text).toContain('to +15550100 (no quorum)');
});

test('the overview says how many open incidents it does not show', () => {
  const text = renderOverview({ incidents: [incident()], oncall, status }, styleFor(pipe), null, NOW_MS);
  expect(text).toContain('Open incidents: 63 (60 not acknowledged)');
  expect(text).toContain('and 62 more: relay incidents');
  expect(text).toContain('! no SMS: pages go by mail only');
});

test("what others wrote can't act on the terminal", () => {
  const evil = 'a\u001b[2Jb\u009b2Jc\rd\u202ee';
  const list = renderIncidents([incident({ summary: evil })], styleFor(pipe), 80, NOW_MS);
  const tail = renderHappening(
    { at: at(0), kind: evil, text: evil, actor: evil },
    styleFor(pipe),
    80,
    NOW_MS,
  );
  const acts = /(?!\n)\p{Cc}|\u202e/u;
  for (const text of [list, tail]) expect(text).not.toMatch(acts);
});

test('the status tells of the last test alert, in red when it is old, and nothing of a daemon that sends none', () => {
  const shown = (canary: Partial<StatusJson>, io = pipe): string =>
    renderStatus({ ...status, ...canary }, styleFor(io), null, NOW_MS)
      .split('\n')
      .filter((line) => line.includes('canary'))
      .join('\n');
  expect(shown({})).toMatch(/^canary +a test alert came through 12 s ago, called after 8 ms$/);
  const none = { throughAt: null, acceptToCallMs: null, alive: false };
  expect(shown({ canary: none })).toMatch(/^canary +no test alert has come through yet$/);
  const red = styleFor(terminal).red('no test alert has come through yet');
  expect(shown({ canary: none }, terminal)).toContain(red);
  const { canary: _, ...older } = status;
  expect(renderStatus(older, styleFor(pipe), null, NOW_MS)).not.toContain('canary');
});

describe('widths', () => {
  test.each([
    ['disk full', 9],
    ['Ölstand', 7],
    ['ディスク', 8],
    ['e\u0301', 1],
    ['🔥', 2],
  ])('%s takes %i columns', (text, width) => expect(widthOf(text)).toBe(width));

  test('a cut text ends with an ellipsis and never breaks a wide character', () => {
    expect(fit('disk full', 9)).toBe('disk full');
    expect(fit('disk full', 8)).toBe('disk fu…');
    expect(widthOf(fit('ディスクがいっぱい', 8))).toBeLessThanOrEqual(8);
  });

  test('wrapping loses nothing, not even of a word longer than the line', () => {
    const url = `https://example.com/${'x'.repeat(100)}`;
    const text = wrap('  at  ', `see ${url} now`, 40);
    expect(text.split('\n').every((line) => line.length <= 40)).toBe(true);
    expect(text.replace(/\s/g, '')).toBe(`atsee${url}now`);
  });

  test.each([
    [
      60,
      [
        "db  1  ana  override by ben until Mon 09:00 CET, over cleo's",
        '            made Fri 10:00 CET: at the dentist',
      ],
    ],
    [
      36,
      [
        'db  1  ana',
        '    override by ben until Mon 09:00',
        "    CET, over cleo's made Fri 10:00",
        '    CET: at the dentist',
      ],
    ],
  ])('a reason is wrapped rather than cut at %i columns', (width, lines) => {
    const why = "override by ben until Mon 09:00 CET, over cleo's made Fri 10:00 CET: at the dentist";
    expect(table([['db', '1', 'ana', why]], width, '', 'wrap')).toBe(`${lines.join('\n')}\n`);
    expect(table([['db', '1', 'ana', why]], null, '', 'wrap')).toBe(`db  1  ana  ${why}\n`);
  });

  test('columns line up under wide characters', () => {
    const [first = '', second = ''] = table(
      [
        ['ディスク', 'x'],
        ['ab', 'x'],
      ],
      null,
    ).split('\n');
    expect(widthOf(first.slice(0, first.indexOf('x')))).toBe(widthOf(second.slice(0, second.indexOf('x'))));
  });
});
