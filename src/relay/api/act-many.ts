/** Acknowledges or resolves many incidents at once: the same inputs as one by one, accepted together. */
import { ACT_WAIT_MS, outcome } from './act.ts';
import type { Core } from './core.ts';
import { findIncident } from './incident.ts';
import { ApiError } from './errors.ts';
import type { IncidentJson } from './wire.ts';

/** As many as one call takes: its answer comes within seconds. */
export const ACT_MANY_MOST = 50;

export interface ActedMany {
  /** One for each number, in their order; `incident` null: there is none of that number. */
  acted: { number: number; incident: IncidentJson | null; text: string }[];
}

/** Each incident once, by its number: what opens after this, also for the same problem, has another. */
export async function actMany(
  core: Core,
  action: 'ack' | 'resolve',
  numbers: readonly number[],
  actor: string,
): Promise<ActedMany> {
  const each = [...new Set(numbers)];
  const found = await Promise.all(each.map((number) => known(core, number)));
  const open = found.flatMap((one) => (one !== null && changes(action, one.incident) ? [one] : []));
  const rows = await (open.length === 0
    ? []
    : core.accept(
        open.map(({ lineage, incident: { number } }) => ({
          input: { kind: 'command' as const, action, number, lineage, actor },
          raw: null,
        })),
      ));
  const done = await Promise.all(rows.map((row) => core.whenDone(row.id, ACT_WAIT_MS)));
  const acted = each.map(async (number, index): Promise<ActedMany['acted'][number]> => {
    const before = found[index] ?? null;
    if (before === null) return { number, incident: null, text: `There is no incident ${number}` };
    const at = open.indexOf(before);
    const { incident } = await findIncident(core.store, before.incident.number);
    if (at === -1) return { number, incident, text: `#${number} is already ${before.incident.status}` };
    const text = outcome(action, incident.number, actor, incident.status, done[at] === true);
    return { number, incident, text };
  });
  return { acted: await Promise.all(acted) };
}

/** What is snoozed stays so: somebody decided that about this one. */
const changes = (action: 'ack' | 'resolve', { status }: IncidentJson): boolean =>
  action === 'ack' ? status === 'triggered' : status !== 'resolved';

async function known(core: Core, number: number): Promise<Awaited<ReturnType<typeof findIncident>> | null> {
  try {
    return await findIncident(core.store, number);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not_found') return null;
    throw error;
  }
}
