/** `relay page`: people are told of what is no alert. An incident like any other keeps at it until somebody answers. */
import { randomUUID } from 'node:crypto';
import { cleanDetails, cleanSummary } from '../../events/formats/index.ts';
import type { AlertEvent } from '../../events/types.ts';
import { SEVERITIES } from '../../events/types.ts';
import type { Envelope } from '../../engine/envelope.ts';
import { lineageKey } from '../../incidents/rows.ts';
import type { LineageState } from '../../incidents/types.ts';
import { findService } from '../../oncall/checks.ts';
import { meantNow } from '../../oncall/meant-now.ts';
import type { JournalRow } from '../../store/port.ts';
import { ACT_WAIT_MS } from '../act.ts';
import type { Core } from '../core.ts';
import { usage } from '../errors.ts';
import { findIncident } from '../incident.ts';
import { PAGED } from '../schemas/incidents.ts';
import { AS, choice, lines, names, needed, orElse, text } from '../table/given.ts';
import { post, type Route } from '../table/route.ts';
import type { IncidentJson } from '../wire.ts';

export interface Paged {
  /** Null while it is durable and queued. */
  incident: IncidentJson | null;
  people: string[];
  /** Made again with this, it is the same page. */
  request: string;
  text: string;
}

const REQUEST = /^[\w.-]{1,64}$/;

/** The call /v1/page. */
export const pageRoutes = (core: Core): Route[] => [
  post(
    '/v1/page',
    {
      name: 'page',
      summary: 'Pages people without an alert, with an incident that is theirs first.',
      description:
        'When none of them answers, the levels of the service are told. The same `request` again pages nobody again: repeat a call whose answer was lost.',
      body: {
        to: needed(names('Whom: `ana`, `rotation:ops`, `group:dba`.')),
        text: needed(lines(5_000, 'The first line is the summary.')),
        service: text(64, 'By whose policy it goes on; else the default one.'),
        severity: orElse(choice(SEVERITIES, 'How bad.'), () => 'critical' as const, 'critical'),
        request: orElse(text(64, 'A name for this page; else it is always new.'), randomUUID),
        as: AS,
      },
      answer: PAGED,
    },
    async ({ body, fields }): Promise<Paged> => {
      const { to, request, as } = body;
      if (!REQUEST.test(request)) fields.problem('request: must be 1 to 64 letters, digits, dots and dashes');
      fields.check();
      const roster = core.roster.current();
      const people = meantNow(roster, to, core.nowMs());
      const [first = '', ...more] = body.text.split(/\r?\n/);
      const summary = cleanSummary(first);
      if (summary === '') throw usage('text: has no visible character in its first line');
      const details = cleanDetails(more.join('\n'));
      const event: AlertEvent = {
        action: 'trigger',
        service: findService(roster, body.service ?? roster.defaultService).id,
        // A lineage of its own: two pages with the same words are two.
        dedupKey: `page ${request}`,
        severity: body.severity,
        summary,
        ...(details === '' ? {} : { details }),
        source: 'page',
        reason: `${as} pages ${people.join(', ')}`,
        tell: { people, by: as, rosterVersion: roster.version },
      };
      const [row] = await core.accept([
        { stableId: `page-${request}`, input: { kind: 'alert', events: [event] }, raw: null },
      ]);
      const done = row !== undefined && (await core.whenDone(row.id, ACT_WAIT_MS));
      const made = row === undefined ? event : await firstMade(core, row);
      const incident = done ? await openedBy(core, made) : null;
      return { incident, request, ...inWords(incident, made.tell?.people ?? people) };
    },
  ),
];

/** The page as it was accepted the first time: whoever repeats it may mean others by now. */
async function firstMade(core: Core, row: JournalRow): Promise<AlertEvent> {
  const { input } = (await core.store.journalRow(row.id)) ?? row;
  const [event] = input.kind === 'alert' ? input.events : [];
  if (event === undefined) throw new Error(`${row.id} holds no page`);
  return event;
}

async function openedBy(core: Core, { service, dedupKey }: AlertEvent): Promise<IncidentJson | null> {
  const { state } = await core.store.load(lineageKey(service, dedupKey));
  const number = (state as Envelope<LineageState> | null)?.domain.incident?.number;
  return number === undefined ? null : (await findIncident(core.store, number)).incident;
}

function inWords(incident: IncidentJson | null, people: string[]): Pick<Paged, 'people' | 'text'> {
  const who = people.join(', ');
  if (incident === null) return { people, text: `Accepted and queued: ${who} will be paged` };
  const { number, status } = incident;
  const are = people.length === 1 ? 'is' : 'are';
  return {
    people,
    text:
      status === 'triggered'
        ? `#${number}: ${who} ${are} paged now; without an answer it goes on up the levels`
        : `#${number} is already ${status}`,
  };
}
