/** What `relay status` shows: channels, listeners, what is open, what waits, what is broken. */
import type { MailboxJson, MailJson, ProblemJson, StatusJson } from '../api/wire.ts';
import type { Config } from '../config/types.ts';
import type { ProblemBoard } from '../observe/problems.ts';
import { windowUntilMs, windowWords } from '../oncall/maintenance.ts';
import { showTime } from '../oncall/times.ts';
import type { Roster } from '../oncall/types.ts';
import type { Store } from '../store/port.ts';
import { CHANNELS, type Channel } from '../events/types.ts';
import type { CanaryState } from './canary.ts';
import type { ClusterView } from './cluster-view.ts';
import type { HeartbeatCounts } from './heartbeat-counts.ts';
import type { MailboxLine } from './mailboxes.ts';
import type { MailLook } from './mail-domain.ts';
import { storeNotes, storeText } from './open-store.ts';
import { isAnybodyCalled, type Channels } from './transports.ts';
import { unverifiedNote } from './verifying.ts';

/** Also while nothing is configured for them: that is worth knowing. */
const ALWAYS_SHOWN: ReadonlySet<Channel> = new Set(['sms', 'email']);

const NO_KEYS = 'read aloud, no keys: they need http.publicUrl';
const NO_CALLER = 'calls need twilio, and a number in twilio.from or twilio.voice.from';

export interface StatusParts {
  config: Config;
  cluster: Pick<ClusterView, 'line' | 'backlog'>;
  channels: Channels;
  problems: ProblemBoard;
  mailLook(): MailLook | null;
  mailboxes(): MailboxLine[];
  listening(): StatusJson['listening'];
  openCounts(): Promise<StatusJson['open']>;
  roster(): Roster;
  /** Null: there are none, or they can't be read. */
  heartbeats(): Promise<HeartbeatCounts | null>;
  canary(): CanaryState;
  version: string;
  sinceMs: number;
  nowMs(): number;
}

/** Answers also when the store doesn't: people ask just then. */
export async function statusOf(parts: StatusParts): Promise<StatusJson> {
  const [cluster, backlog, open, heartbeats] = await Promise.all([
    parts.cluster.line(),
    parts.cluster.backlog(),
    parts.openCounts(),
    parts.heartbeats(),
  ]);
  return {
    version: parts.version,
    host: parts.config.host,
    pid: process.pid,
    since: new Date(parts.sinceMs).toISOString(),
    store: storeText(parts.config.store),
    cluster,
    channels: CHANNELS.filter((channel) => isShown(parts, channel)).map((channel) =>
      channelLine(parts.channels, channel),
    ),
    notes: [
      ...maintenanceNotes(parts.roster(), parts.nowMs()),
      ...notesOf(parts.config, parts.channels),
      ...peopleNotes(parts.roster(), parts.channels),
    ],
    listening: parts.listening(),
    open,
    backlog: backlog === null ? null : backlogJson(backlog, parts.nowMs()),
    rosterVersion: parts.roster().version,
    ...(heartbeats === null ? {} : { heartbeats }),
    canary: canaryJson(parts.canary()),
    ...(parts.config.imap === undefined ? {} : { mailboxes: parts.mailboxes().map(mailboxJson) }),
    ...(parts.config.mail === null ? {} : { mail: mailJson(parts.channels, parts.mailLook()) }),
    problems: parts.problems.list().map(problemJson),
  };
}

function backlogJson(
  { journal, due, oldestJournalMs }: Awaited<ReturnType<Store['backlog']>>,
  nowMs: number,
): StatusJson['backlog'] {
  const oldestSeconds = oldestJournalMs === null ? null : Math.max(0, (nowMs - oldestJournalMs) / 1_000);
  return { journal, due, oldestSeconds };
}

const canaryJson = ({ throughAtMs, acceptToCallMs, alive }: CanaryState): StatusJson['canary'] & object => ({
  throughAt: throughAtMs === null ? null : new Date(throughAtMs).toISOString(),
  acceptToCallMs,
  alive,
});

const mailboxJson = ({ lastMs, isMine, ...line }: MailboxLine): MailboxJson => ({
  ...line,
  readHere: isMine,
  lastAt: lastMs === null ? null : new Date(lastMs).toISOString(),
});

const mailJson = ({ mailReplies }: Channels, look: MailLook | null): MailJson => ({
  replies: mailReplies.state,
  checkedAt: look === null ? null : new Date(look.checkedAtMs).toISOString(),
  dns: look?.report.findings ?? [],
});

const problemJson = (problem: { id: string; text: string; cure: string; sinceMs: number }): ProblemJson => ({
  id: problem.id,
  text: problem.text,
  cure: problem.cure,
  since: new Date(problem.sinceMs).toISOString(),
});

/** Calls come with SMS, and are worth a line once somebody is called; also when nothing can call them. */
function isShown({ channels, roster }: StatusParts, channel: Channel): boolean {
  if (channel === 'voice') return isAnybodyCalled(roster());
  return ALWAYS_SHOWN.has(channel) || channels.transports.has(channel);
}

const nothingFor = (channel: Channel): string =>
  channel === 'voice' ? `not configured: ${NO_CALLER}` : 'not configured';

function repliesOver(channel: Channel, answerable: boolean): string {
  if (channel === 'voice') return answerable ? 'keys work' : NO_KEYS;
  return answerable ? 'replies work' : 'one way: no replies';
}

function channelLine(channels: Channels, channel: Channel): StatusJson['channels'][number] {
  const [first, ...rest] = channels.transports.get(channel) ?? [];
  if (first === undefined) return { channel, transport: null, providers: [], text: nothingFor(channel) };
  const names = [first, ...rest].map(({ name }) => name);
  const replies = repliesOver(channel, channels.answerable.has(channel));
  return {
    channel,
    transport: first.name,
    providers: names,
    text: rest.length === 0 ? replies : `${names.join(', then ')}; ${replies}`,
  };
}

/** Windows in force: whoever wonders why nobody is paged sees it first. */
const maintenanceNotes = (roster: Roster, nowMs: number): string[] =>
  (roster.maintenance ?? []).flatMap((window) => {
    const untilMs = windowUntilMs(window, nowMs);
    if (untilMs === null) return [];
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    return [
      `maintenance ${window.id} until ${showTime(untilMs, nowMs, zone)}: nobody is paged about ${windowWords(window).replace(/^everything/u, 'anything')} (${window.why})`,
    ];
  });

const peopleNotes = (roster: Roster, channels: Channels): string[] => {
  const note = unverifiedNote(roster, channels.answerable);
  return note === null ? [] : [note];
};

/** What a person should know that isn't broken. */
function notesOf(config: Config, channels: Channels): string[] {
  const notes = storeNotes(config.store);
  const mail = channels.transports.has('email');
  const sms = channels.transports.has('sms');
  const others = CHANNELS.some((one) => one !== 'email' && one !== 'sms' && channels.transports.has(one));
  if (!sms && mail && !others) notes.push('no SMS: pages go by mail only');
  if (!mail && sms && !others) notes.push('no mail: pages go by SMS only');
  if (!mail && !sms && !others) notes.push('no way to page anybody: configure mail, twilio or providers');
  if (mail && !channels.answerable.has('email')) {
    notes.push(`pages can't be answered by mail: ${channels.mailReplies.state.text}`);
  }
  if (config.twilio !== null && config.http?.publicUrl === null)
    notes.push('SMS replies are polled: no http.publicUrl for a webhook');
  return notes;
}
