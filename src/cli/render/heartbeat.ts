/** Heartbeats on the terminal. */
import type {
  HeartbeatDetailJson,
  HeartbeatEditedJson,
  HeartbeatJson,
  HeartbeatStateName,
} from '../../relay/api/heartbeat-wire.ts';
import { showDuration } from '../../relay/oncall/times.ts';
import type { Io } from '../quick-command.ts';
import { notYetLine } from './edited.ts';
import { table, widthFor } from './layout.ts';
import { clean, styleFor, type Style } from './style.ts';

const COLOURS: Record<HeartbeatStateName, (style: Style) => (text: string) => string> = {
  new: (style) => style.dim,
  paused: (style) => style.dim,
  up: (style) => style.green,
  late: (style) => style.yellow,
  missed: (style) => style.red,
  failed: (style) => style.red,
};

const ago = (iso: string | null): string =>
  iso === null ? '-' : `${showDuration(Math.max(0, Date.now() - Date.parse(iso)))} ago`;

/** When it is due, from now. */
function until(iso: string | null): string {
  if (iso === null) return '-';
  const ms = Date.parse(iso) - Date.now();
  return ms >= 0 ? `in ${showDuration(ms)}` : `${showDuration(-ms)} ago`;
}

export function renderHeartbeats(all: readonly HeartbeatJson[], io: Io): string {
  if (all.length === 0)
    return 'No heartbeats: relay heartbeat add backup --every 24h --grace 1h --service db\n';
  const style = styleFor(io);
  const head = ['HEARTBEAT', 'STATE', 'LAST PING', 'DUE', 'EVERY', 'GRACE', 'SERVICE'].map((text) => ({
    text,
    style: style.dim,
  }));
  const rows = all.map((one) => [
    { text: one.id, style: style.bold },
    {
      text: one.runningSince === null ? one.state : `${one.state}, running`,
      style: COLOURS[one.state](style),
    },
    one.lastPing === null ? '-' : `${one.lastPing.what} ${ago(one.lastPing.at)}`,
    until(one.due),
    one.every,
    one.grace,
    one.service,
  ]);
  return table([head, ...rows], widthFor(io));
}

export function renderHeartbeat(one: HeartbeatDetailJson, io: Io): string {
  const style = styleFor(io);
  const { lastPing } = one;
  const facts: [string, string | null][] = [
    ['state', COLOURS[one.state](style)(one.state)],
    ['service', one.service],
    ['severity', one.severity],
    ['expected', `every ${one.every}, grace ${one.grace}`],
    ['running', one.runningSince === null ? null : `since ${ago(one.runningSince)}`],
    [
      'last ping',
      lastPing === null ? 'none yet' : `${lastPing.what} by ${clean(lastPing.by)}, ${ago(lastPing.at)}`,
    ],
    ['last success', one.lastSuccess === null ? null : ago(one.lastSuccess)],
    ['last run', one.lastDurationMs === null ? null : showDuration(one.lastDurationMs)],
    ['due', one.due === null ? null : until(one.due)],
    ['waits', one.putOff === null ? null : clean(one.putOff)],
    ['key', one.hasKey ? null : `none: relay heartbeat key ${one.id}`],
  ];
  let text = `Heartbeat ${one.id}\n`;
  for (const [name, value] of facts) if (value !== null) text += `  ${name.padEnd(12)}  ${value}\n`;
  if (one.history.length === 0) return text;
  text += '\n';
  for (const { at, kind, text: said } of one.history)
    text += `  ${at.slice(0, 19).replace('T', ' ')}Z  ${clean(kind).padEnd(8)}  ${clean(said)}\n`;
  return text;
}

/** What was done, and the key where it has just been made. */
export function renderHeartbeatEdited(made: HeartbeatEditedJson): string {
  let text = `${clean(made.text)}\n`;
  if (made.key !== null) {
    const lines = [
      ['key', made.key],
      ['url', made.url],
      ['mail', made.email],
    ].filter((line): line is [string, string] => typeof line[1] === 'string');
    for (const [name, value] of lines) text += `  ${name.padEnd(4)}  ${value}\n`;
    text += '\nThe key is kept only hashed and not shown again.\n';
    if (made.url !== null)
      text += `At the end of the job:\n  curl -fsS -m 10 --retry 5 -o /dev/null ${made.url}\n`;
    if (made.heartbeat !== null)
      text += `Or, where relay is installed:\n  relay wrap --heartbeat ${made.heartbeat.id} -- /path/to/job\n`;
  }
  return text + notYetLine(made);
}
