/** A button that was pressed on the page of a message: judged, journalled like any reply, and waited for a little. */
import { createHash } from 'node:crypto';
import type { Core } from '../api/core.ts';
import { findIncident } from '../api/incident.ts';
import type { IncidentJson } from '../api/wire.ts';
import type { ReplyCommand } from '../events/types.ts';
import { ACTIONS, readForm, type Action, type Scope } from '../messaging/answer-page/form.ts';
import type { Said } from '../messaging/answer-page/view.ts';
import type { MessageRow } from '../notifications/rows.ts';
import { parseTime, showTime } from '../oncall/times.ts';
import type { Person } from '../oncall/types.ts';
import { stateOf, zoneOf } from './answer-reading.ts';

export interface PressParts {
  core: Pick<Core, 'accept' | 'store' | 'whenDone'>;
  tokenKey: Uint8Array;
  nowMs: number;
}

/** So long the page is held back for what becomes of it; it comes later all the same. */
const WAIT_MS = 4_000;

/** What became of it, as it goes into the address that is shown next: `ack.12`, `old.12`, `changed.12`. */
export type Outcome = `${Action | 'old' | 'changed' | 'late'}.${Scope}`;

/** Null: the form was not made by a page of this link, and nothing was done. Rejects as `accept` and the store do. */
export async function press(
  { core, tokenKey, nowMs }: PressParts,
  message: MessageRow,
  person: Person,
  fields: URLSearchParams,
): Promise<Outcome | null> {
  const form = readForm(tokenKey, message.id, fields.get('k') ?? '', nowMs);
  const action = ACTIONS.find((one) => one === fields.get('do'));
  if (form.kind === 'forged' || action === undefined) return null;
  const { scope } = form;
  if (form.kind === 'old') return `old.${scope}`;
  if (scope === 'all' ? action !== 'ack' : !message.members.some((one) => one.number === scope)) return null;
  if (scope !== 'all' && action !== 'ack' && action !== 'resolve') {
    const { incident } = await findIncident(core.store, scope);
    // It was escalated, answered or put off meanwhile: whoever pressed it may not want it any more.
    if (!form.showed(stateOf(incident))) {
      return (await isKnown(core, message, form.once, action)) ? `${action}.${scope}` : `changed.${scope}`;
    }
  }
  const [row] = await core.accept([
    {
      stableId: stableIdOf(message, form.once, action),
      input: {
        kind: 'reply',
        person: person.id,
        channel: message.channel,
        contact: message.to,
        command: commandOf(action, message, scope, zoneOf(person), nowMs),
        text: `${WORDS[action]} ${scope === 'all' ? 'all' : `#${scope}`} (link)`,
        sentAtMs: nowMs,
        via: 'link',
      },
      raw: null,
    },
  ]);
  const done = row !== undefined && (await core.whenDone(row.id, WAIT_MS));
  return done ? `${action}.${scope}` : `late.${scope}`;
}

/** Pressed twice: the first has changed what the second was shown with, and they are one. */
const isKnown = async (
  core: PressParts['core'],
  message: MessageRow,
  once: string,
  action: Action,
): Promise<boolean> => (await core.store.journalRow(`j:${stableIdOf(message, once, action)}`)) !== null;

const stableIdOf = (message: MessageRow, once: string, action: Action): string =>
  `link-${createHash('sha256').update(`${message.id} ${once} ${action}`).digest('base64url')}`;

const WORDS: Record<Action, string> = {
  ack: 'ack',
  resolve: 'resolve',
  escalate: 'escalate',
  'snooze-30m': 'snooze 30 min',
  'snooze-2h': 'snooze 2 h',
  'snooze-9': 'snooze until 9:00',
};

function commandOf(
  action: Action,
  { code, members }: MessageRow,
  scope: Scope,
  zone: string,
  nowMs: number,
): ReplyCommand {
  const verb = action === 'resolve' || action === 'escalate' ? action : 'ack';
  const command: ReplyCommand = {
    verb,
    code,
    scope: 'message',
    ...(scope === 'all'
      ? {}
      : { only: members.filter((one) => one.number === scope).map((one) => one.lineage) }),
  };
  if (action === 'ack' || verb !== 'ack') return command;
  const untilMs = parseTime(action === 'snooze-9' ? '9:00' : action.slice('snooze-'.length), nowMs, zone);
  return { ...command, snooze: { untilMs, until: showTime(untilMs, nowMs, zone) } };
}

const OUTCOME =
  /^(ack|resolve|escalate|snooze-30m|snooze-2h|snooze-9|old|changed|late)\.(all|[1-9]\d{0,15})$/;

/** What the page says of it, by what the store shows now: an address that somebody made up can't say more. */
export async function saidOf(
  core: Pick<Core, 'store'>,
  message: MessageRow,
  outcome: string,
): Promise<Said | null> {
  const [, what = '', scope = ''] = OUTCOME.exec(outcome) ?? [];
  if (scope === '') return null;
  if (scope !== 'all' && !message.members.some((one) => String(one.number) === scope)) return null;
  const which = scope === 'all' ? 'All of them' : `#${scope}`;
  switch (what) {
    case 'old':
      return {
        kind: 'nothing',
        text: 'The page you pressed that on was old: look again. Nothing was changed.',
      };
    case 'changed':
      return {
        kind: 'nothing',
        text: `${which} changed while you were looking. Nothing was done: look again.`,
      };
    case 'late':
      return {
        kind: 'pending',
        text: `${which}: your answer is recorded and being carried out. This page loads again by itself.`,
      };
    default:
      return scope === 'all'
        ? { kind: 'done', text: 'Done: nobody else is told of these.' }
        : nowSaid(
            what as Action,
            which,
            message.person,
            (await findIncident(core.store, Number(scope))).incident,
          );
  }
}

function nowSaid(action: Action, which: string, reader: string, { status, assignedTo }: IncidentJson): Said {
  if (status === 'resolved') return { kind: 'done', text: `${which} is resolved.` };
  if (action === 'escalate' && status === 'triggered')
    return { kind: 'done', text: `${which} was escalated: the next level is told now.` };
  if (status === 'triggered' || action === 'resolve' || action === 'escalate')
    return { kind: 'nothing', text: `${which} is ${status}: below stands why.` };
  const isTheirs = assignedTo.includes(reader);
  const text = action !== 'ack' ? 'is snoozed' : isTheirs ? 'is yours' : 'is acknowledged';
  return { kind: 'done', text: `${which} ${text}: nobody else is told.` };
}
