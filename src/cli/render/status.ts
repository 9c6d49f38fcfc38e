/** How the daemon is, and what is broken with its cure. */
import type { MailboxJson, ProblemJson, StatusJson } from '../../relay/api/wire.ts';
import { table, wrap } from './layout.ts';
import type { Cell } from './layout.ts';
import { clean, type Style } from './style.ts';
import { duration, relative, when } from './when.ts';

/** The names in front, and two blanks. */
const NAMES_WIDTH = 9;

export function renderStatus(one: StatusJson, style: Style, width: number | null, nowMs: number): string {
  const up = duration(nowMs - Date.parse(one.since));
  const off: Cell = { text: 'off', style: style.dim };
  const lines: [string, string | Cell][] = [
    ['relay', `${one.version} on ${one.host}, pid ${one.pid}, up ${up}`],
    ['store', one.store],
    ...clusterLines(one.cluster, style, width),
    ['http', one.listening.http ?? off],
    ['smtp', one.listening.smtp ?? off],
    ...(one.listening.submission === undefined
      ? []
      : [['submit', one.listening.submission] as [string, string]]),
    ...(one.mailboxes ?? []).map((mailbox): [string, string | Cell] => [
      'mailbox',
      mailboxCell(mailbox, style, nowMs),
    ]),
    ['api', one.listening.api],
    ...one.channels.map((channel): [string, string] => [channel.channel, channel.text]),
    ['open', `${one.open.triggered} triggered, ${one.open.acknowledged} acknowledged`],
    ['backlog', backlogText(one.backlog)],
    ...heartbeatLines(one.heartbeats, style),
    ['roster', `version ${one.rosterVersion}`],
    ...canaryLines(one.canary, style, nowMs),
  ];
  const rows = lines.map(([name, text]): (Cell | string)[] => [{ text: name, style: style.dim }, text]);
  let text = table(rows, width);
  for (const note of one.notes) text += wrap(`${style.yellow('!')} `, note, width, 2);
  text += mailLines(one.mail, style, width);
  text += `\n${renderProblems(one.problems, style, width, nowMs)}`;
  return text;
}

/** `12 up, 1 missed: backup`. */
function heartbeatLines(said: StatusJson['heartbeats'], style: Style): [string, string | Cell][] {
  if (said === undefined) return [];
  const counts = Object.entries(said.states).flatMap(([state, count]) =>
    count === 0 ? [] : [`${count} ${state}`],
  );
  const text = counts.join(', ');
  if (said.wrong.length === 0) return [['jobs', text]];
  return [['jobs', { text: `${text}: ${said.wrong.join(', ')}`, style: style.red }]];
}

function mailboxCell(one: MailboxJson, style: Style, nowMs: number): Cell {
  const { name, reads, readHere, taken, left, lastAt, trouble } = one;
  if (trouble !== null) return { text: `${name}: ${trouble}`, style: style.red };
  if (reads === null || lastAt === null) return { text: `${name}: not looked at yet` };
  const leftText = left === 0 ? '' : `, ${left} left alone: no rule for them`;
  const where = readHere ? '' : ', read by another host';
  return {
    text: `${name}: looked ${relative(Date.parse(lastAt), nowMs)}, ${taken} taken${leftText}${where}`,
  };
}

/** What DNS lacks for mail, each with the line for the zone; what is right, or can't be told, takes no room. */
function mailLines(mail: StatusJson['mail'], style: Style, width: number | null): string {
  let text = '';
  for (const { about, state, text: why, record } of mail?.dns ?? []) {
    if (state === 'ok' || (record === undefined && (state === 'unknown' || why === mail?.replies.text)))
      continue;
    const mark = state === 'wrong' ? style.yellow('!') : style.dim('?');
    text += wrap(
      `${mark} `,
      `${about.toUpperCase()}: ${why === mail?.replies.text ? 'for answers by mail the zone needs' : why}`,
      width,
      2,
    );
    // Never broken: it is there to be copied.
    for (const line of record?.split('\n') ?? []) text += `    ${clean(line)}\n`;
  }
  return text;
}

/** What is wrong is never cut off. */
function clusterLines(
  { text, ok }: StatusJson['cluster'],
  style: Style,
  width: number | null,
): [string, Cell][] {
  const lines = wrap('', text, width === null ? null : width - NAMES_WIDTH)
    .trimEnd()
    .split('\n');
  return lines.map((line, index) => [
    index === 0 ? 'cluster' : '',
    ok ? { text: line } : { text: line, style: style.red },
  ]);
}

/** The test alert that the daemon sends itself. */
function canaryLines(canary: StatusJson['canary'], style: Style, nowMs: number): [string, Cell][] {
  if (canary === undefined) return [];
  const { throughAt, acceptToCallMs, alive } = canary;
  const text =
    throughAt === null
      ? 'no test alert has come through yet'
      : `a test alert came through ${relative(Date.parse(throughAt), nowMs)}, called after ${Math.round(acceptToCallMs ?? 0)} ms`;
  return [['canary', alive ? { text } : { text, style: style.red }]];
}

function backlogText(backlog: StatusJson['backlog']): string {
  if (backlog === null) return 'unknown: the store does not answer';
  const { journal, due, oldestSeconds } = backlog;
  const oldest = oldestSeconds === null ? '' : `, oldest ${duration(oldestSeconds * 1000)}`;
  return `${journal} inputs${oldest}, ${due} timers`;
}

/** Each with its cure on the next line. */
export function renderProblems(
  problems: ProblemJson[],
  style: Style,
  width: number | null,
  nowMs: number,
): string {
  if (problems.length === 0) return `${style.green('Nothing is broken.')}\n`;
  let text = `${style.red(style.bold(problems.length === 1 ? 'Broken:' : `Broken (${problems.length}):`))}\n`;
  for (const problem of problems) {
    text += wrap('  - ', `${problem.text} (since ${when(Date.parse(problem.since), nowMs)})`, width);
    if (problem.cure !== '') text += wrap('    ', `-> ${problem.cure}`, width);
  }
  return text;
}
