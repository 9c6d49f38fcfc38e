/** What people order about an incident besides answering it, and what handoffs do. */
import type { Order } from '../../src/relay/events/types.ts';
import { timelineOf } from '../../src/relay/oncall/rotations/timeline.ts';
import type { Roster } from '../../src/relay/oncall/types.ts';
import type { Prng } from './prng.ts';

const MINUTE_MS = 60_000;
/** How far back a handoff may lie that comes late. */
const LATE_MS = 20 * MINUTE_MS;

const KINDS = [
  'snooze',
  'snooze',
  'person',
  'person',
  'policy',
  'escalate',
  'note',
  'handoff',
  'handoff',
] as const;

/** null: there is no rotation that could hand off. */
export function drawOrder(draw: Prng, roster: Roster, nowMs: number): Order | null {
  switch (draw.pick(KINDS)) {
    case 'snooze': {
      // Also one that is over before it is taken.
      const untilMs = nowMs + draw.int(0, 16) * 30_000;
      return { verb: 'snooze', untilMs, until: new Date(untilMs).toISOString() };
    }
    case 'person':
      return { verb: 'reassign', person: draw.pick(roster.people).id };
    case 'policy':
      return { verb: 'reassign', policy: draw.pick(roster.policies).id };
    case 'escalate':
      return { verb: 'escalate' };
    case 'note':
      return { verb: 'note', text: 'a disk is ordered' };
    case 'handoff':
      return drawHandoff(draw, roster, nowMs);
  }
}

/** One that was, of whoever really took over, or that nobody knows of. */
function drawHandoff(draw: Prng, roster: Roster, nowMs: number): Order | null {
  const { rotations = [], people } = roster;
  if (rotations.length === 0) return null;
  const rotation = draw.pick(rotations).id;
  const spans = timelineOf(roster, rotation)?.spans(nowMs - LATE_MS, nowMs + 1) ?? [];
  const [before, after] = spans.slice(-2);
  const atMs = after?.fromMs ?? nowMs;
  const from = before?.person ?? draw.pick(people).id;
  const to = after?.person ?? draw.pick(people).id;
  return { verb: 'handoff', rotation, from, to, atMs };
}
