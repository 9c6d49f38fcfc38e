/** `relay incident snooze|reassign|escalate|note`: what a person decides about one incident. */
import type { IncidentJson } from '../relay/api/wire.ts';
import { addDuration, parseTime } from '../relay/oncall/times.ts';
import { connect } from './client.ts';
import { CliError, EXIT } from './exit.ts';
import type { Io, QuickValues } from './quick-command.ts';
import { actorOf, incidentNumber, show } from './quick/values.ts';

interface Ordered {
  incident: IncidentJson;
  text: string;
}

/** With --json: the incident as it is then, with `text`. */
export async function orderIncident(
  number: string,
  verb: string,
  body: object,
  values: QuickValues,
  io: Io,
): Promise<number> {
  const path = `/v1/incidents/${incidentNumber(number)}/${verb}`;
  const client = await connect(values, io);
  const { incident, text } = await client.post<Ordered>(path, { ...body, as: actorOf(values, io.env) });
  show(io, values, { ...incident, text }, () => `${text}\n`);
  return 0;
}

/** `2h`, `until 18:00`, `until fri 09:00` as people type it, read in the zone of whoever types. Rejects with exit code 2. */
export function snoozeUntil(words: readonly string[], nowMs: number, zone: string): number {
  const [first, ...rest] = words;
  if (first === 'until' && rest.length > 0) return parseTime(rest.join(' '), nowMs, zone);
  if (first === undefined || first === 'until') {
    throw new CliError(EXIT.usage, 'Say how long, or until when.', SNOOZE_FORMS);
  }
  const length = words.join(' ').replace(/^for /, '');
  try {
    return addDuration(nowMs, length, zone);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'RosterError') throw error;
    throw new CliError(EXIT.usage, `"${length}" is neither how long nor until when.`, SNOOZE_FORMS);
  }
}

const SNOOZE_FORMS = 'Write 30m, 2h or 3d, or: until 18:00, until fri 09:00.';

/** To whom an incident goes. Rejects with exit code 2 unless it is one of the two. */
export function reassignedTo(
  number: string,
  person: string | undefined,
  policy: string | undefined,
): { person: string } | { policy: string } {
  if (person !== undefined && policy === undefined) return { person };
  if (policy !== undefined && person === undefined) return { policy };
  throw new CliError(
    EXIT.usage,
    person === undefined ? 'Who is to have it?' : 'Give a person or --policy, not both.',
    `relay incident reassign ${number} ben, or relay incident reassign ${number} --policy network`,
  );
}
