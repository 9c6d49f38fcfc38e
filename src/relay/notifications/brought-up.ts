/**
 * Records that an older version wrote, brought up before anything else is done with them: no page that was under way, or
 * waited, may be lost by an upgrade. What is up already stays as it is. Pure.
 */
import type { Severity } from '../events/types.ts';
import type { Draft } from './draft.ts';
import { newPack } from './packs.ts';
import type { Message, Pack, ResponderState, Tell, Way } from './types.ts';

const SEVERITIES: readonly Severity[] = ['critical', 'error', 'warning', 'unknown', 'info'];

/** Before each step. */
export function bringUp(d: Draft): void {
  d.state.tells = d.state.tells.map((tell) => withCodes(tell, d.state.messages));
  const { head, tail } = d.state.queue;
  if (head >= tail) return;
  d.state.packs = [...(d.state.packs ?? []), ...waitingAsPacks(d, { head, tail })];
  d.state.queue = { head: tail, tail };
  d.reasons.push(`what waited from ${head} to ${tail} is told together`);
}

/** Ways under way named no message: it was the one about their ask to the same contact. */
function withCodes(tell: Tell, messages: readonly Message[]): Tell {
  if (!tell.ways.some(isUnnamed)) return tell;
  const ways = tell.ways.map((way): Way => {
    if (!isUnnamed(way)) return way;
    const message = messages.find(({ row }) => isAbout(row, tell, way));
    return message === undefined ? { ...way, status: 'unknown' } : { ...way, code: message.row.code };
  });
  return { ...tell, ways };
}

const isUnnamed = (way: Way): boolean => way.status === 'sending' && way.code === undefined;

const isAbout = ({ channel, to, members }: Message['row'], { ask }: Tell, way: Way): boolean =>
  channel === way.channel &&
  to === way.address &&
  members.some((one) => one.number === ask.number && one.counter === ask.counter);

/** Asks that waited as rows were to be told one by one: a look finds those of each severity that still are. */
function waitingAsPacks(d: Draft, { head, tail }: ResponderState['queue']): Pack[] {
  return SEVERITIES.map((severity) => ({
    ...newPack(head, severity, waysNow(d, severity)),
    to: tail,
    count: tail - head,
    closed: true,
  }));
}

function waysNow(d: Draft, severity: Severity): Way[] {
  return d.context
    .ways(severity)
    .ways.filter((one) => d.context.channels[one.channel] !== undefined)
    .map(({ channel, address, atMs }) => ({
      channel,
      address,
      status: 'waiting',
      ...(atMs > d.context.nowMs ? { atMs } : {}),
    }));
}
