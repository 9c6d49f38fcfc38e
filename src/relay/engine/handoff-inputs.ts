/** What follows from a handoff, as inputs: both people are told, and open incidents go over where the policy says so. */
import type { NewInput } from '../events/accept.ts';
import { incomingText, outgoingText, type HandoffTold, type OpenIncident } from '../oncall/handoff-words.ts';
import { rotationUntilMs, servicesOf, type Handoff } from '../oncall/handoffs.ts';
import type { Roster } from '../oncall/types.ts';
import type { Open } from './handoff-incidents.ts';

/** Named in a mail; more are counted. */
const NAMED = 20;

/** What is known when a handoff is told of. */
export interface Telling {
  roster: Roster;
  open: readonly Open[];
  /** Who was found on call in the rotation last: another than `to` when the host that found this one died over it. */
  present: string | null;
  nowMs: number;
}

/** Their ids hold the handoff's: made again they are the same inputs. A rotation that pages for no service has none. */
export function followUps(handoff: Handoff, telling: Telling): NewInput[] {
  const { rotation, from, to, atMs } = handoff;
  const { roster, open, present } = telling;
  // Whoever found it may have a clock that is ahead of this one.
  const nowMs = Math.max(telling.nowMs, atMs);
  const services = servicesOf(roster, rotation);
  if (services.length === 0) return [];
  const concerned = open.filter(({ body }) => services.some(({ id }) => id === body.service));
  const stem = `handoff-${rotation}-${atMs}`;
  const told: HandoffTold = {
    ...handoff,
    name: (person) => roster.people.find((one) => one.id === person)?.name ?? person,
    untilMs: rotationUntilMs(roster, rotation, nowMs),
    present,
    services: services.map(({ id }) => id),
    open: concerned.slice(0, NAMED).map(openOf),
    more: Math.max(0, concerned.length - NAMED),
    nowMs,
  };
  const zoneOf = (person: string): string =>
    roster.people.find((one) => one.id === person)?.zone ??
    roster.rotations?.find((one) => one.id === rotation)?.zone ??
    'UTC';
  const notice = (person: string, side: 'in' | 'out'): NewInput => ({
    stableId: `${stem}-${side}`,
    input: {
      kind: 'notice',
      person,
      ...(side === 'in' ? incomingText : outgoingText)(told, zoneOf(person)),
    },
    raw: null,
  });
  const handsOver = new Set(services.filter((one) => one.handsOver).map(({ id }) => id));
  return [
    ...(to === null ? [] : orders(handoff, to, stem, concerned, handsOver)),
    ...(to === null ? [] : [notice(to, 'in')]),
    ...(from === null || from === to ? [] : [notice(from, 'out')]),
  ];
}

/** The incident decides whether it goes over; here only those that somebody who goes has. */
function orders(
  { rotation, from, also, atMs }: Handoff,
  to: string,
  stem: string,
  concerned: readonly Open[],
  handsOver: ReadonlySet<string>,
): NewInput[] {
  const going = [from, ...also];
  return concerned.flatMap(({ lineage, body }): NewInput[] => {
    const has = going.find((person) => person !== null && person !== to && body.assignedTo.includes(person));
    if (has === undefined || has === null || !handsOver.has(body.service)) return [];
    return [
      {
        stableId: `${stem}-${body.number}`,
        input: {
          kind: 'order',
          number: body.number,
          lineage,
          actor: 'relay',
          order: { verb: 'handoff', rotation, from: has, to, atMs },
        },
        raw: null,
      },
    ];
  });
}

const openOf = ({ body }: Open): OpenIncident => ({
  number: body.number,
  service: body.service,
  status: body.status === 'acknowledged' ? 'acknowledged' : 'triggered',
  summary: body.summary,
  severity: body.severity,
  openedAtMs: Date.parse(body.openedAt),
  assignedTo: body.assignedTo,
});
