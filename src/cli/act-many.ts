/** `relay ack --all`, `relay resolve --service db`: what is open when it begins, shown, asked about, and done by pages. */
import type { ActedMany } from '../relay/api/act-many.ts';
import type { IncidentJson } from '../relay/api/wire.ts';
import type { Client } from './client.ts';
import { CliError, EXIT } from './exit.ts';
import type { Io, QuickValues } from './quick-command.ts';
import { actorOf, flagOf, textOf } from './quick/values.ts';
import { renderIncidents } from './render/incidents.ts';
import { widthFor } from './render/layout.ts';
import { clean, styleFor } from './render/style.ts';

export interface ManyParts {
  /** Asks a person; null: nobody is there. */
  confirm(question: string): Promise<boolean | null>;
  nowMs(): number;
}

/** More lines than this would push the question out of sight. */
const SHOWN = 20;
/** The daemon takes so many in one call. */
const PAGE = 50;
const QUIET_MS = 2_000;

const WORDS = {
  ack: { verb: 'Acknowledge', done: 'Acknowledged', is: 'acknowledged' },
  resolve: { verb: 'Resolve', done: 'Resolved', is: 'resolved' },
} as const;

type Done = IncidentJson & { text: string };

/** With --json: a list of the incidents as they are then, with `text`. What opens meanwhile is left alone. */
export async function actOnMany(
  action: 'ack' | 'resolve',
  client: Client,
  values: QuickValues,
  io: Io,
  parts: ManyParts,
): Promise<number> {
  const service = textOf(values, 'service');
  const isJson = flagOf(values, 'json');
  const open = await openOf(action, client, service);
  if (open.length === 0) {
    if (service !== undefined) await client.get(`/v1/services/${encodeURIComponent(service)}`);
    io.out(isJson ? '[]\n' : `Nothing is open to ${WORDS[action].verb.toLowerCase()}.\n`);
    return EXIT.ok;
  }
  if (!flagOf(values, 'yes') && !(await isMeant(action, open, isJson, io, parts))) {
    io.err('Nothing is changed.\n');
    return EXIT.failed;
  }
  const done = await carryOut(action, open, client, actorOf(values, io.env), io, parts);
  const others = done.filter((one) => !isSo(action, one));
  if (isJson) io.out(`${JSON.stringify(done, null, 2)}\n`);
  else {
    const changed = done.filter((one) => isSo(action, one));
    io.out(`${WORDS[action].done} ${counted(changed.length)}.\n`);
    // Whoever said yes has seen them.
    if (flagOf(values, 'yes')) io.out(listed(changed));
    for (const { text } of others) io.err(`${text}\n`);
  }
  return others.length === 0 ? EXIT.ok : EXIT.failed;
}

async function openOf(
  action: 'ack' | 'resolve',
  client: Client,
  service: string | undefined,
): Promise<IncidentJson[]> {
  const all = await client.get<IncidentJson[]>('/v1/incidents');
  return all.filter(
    (one) =>
      (service === undefined || one.service === service) && (action !== 'ack' || one.status === 'triggered'),
  );
}

async function isMeant(
  action: 'ack' | 'resolve',
  open: IncidentJson[],
  isJson: boolean,
  io: Io,
  parts: ManyParts,
): Promise<boolean> {
  if (!isJson) {
    io.out(renderIncidents(open.slice(0, SHOWN), styleFor(io), widthFor(io), Date.now()));
    if (open.length > SHOWN) io.out(`and ${open.length - SHOWN} more\n`);
  }
  const answer = isJson ? null : await parts.confirm(`${WORDS[action].verb} ${counted(open.length)}? [y/N] `);
  if (answer !== null) return answer;
  throw new CliError(
    EXIT.usage,
    `Nobody is there to say yes to ${counted(open.length)}: nothing is changed.`,
    'Give --yes, or look only: relay incidents.',
  );
}

async function carryOut(
  action: 'ack' | 'resolve',
  open: readonly IncidentJson[],
  client: Client,
  as: string,
  io: Io,
  { nowMs }: ManyParts,
): Promise<Done[]> {
  const done: Done[] = [];
  let toldAtMs = nowMs();
  for (let at = 0; at < open.length; at += PAGE) {
    const page = open.slice(at, at + PAGE);
    const numbers = page.map((one) => one.number);
    try {
      const { acted } = await client.post<ActedMany>(`/v1/incidents/${action}`, { numbers, as });
      for (const [index, { incident, text }] of acted.entries()) {
        const known = incident ?? page[index];
        if (known !== undefined) done.push({ ...known, text });
      }
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      const cure = `${done.length} of ${open.length} are done; the same command goes on with the rest.`;
      throw new CliError(error.exit, error.message, `${cure} ${error.cure ?? ''}`.trim());
    }
    if (nowMs() - toldAtMs < QUIET_MS || done.length === open.length) continue;
    toldAtMs = nowMs();
    io.err(`${done.length} of ${open.length} ...\n`);
  }
  return done;
}

const isSo = (action: 'ack' | 'resolve', { status }: IncidentJson): boolean =>
  status === 'resolved' || (action === 'ack' && status === 'acknowledged');

function listed(incidents: readonly IncidentJson[]): string {
  const shown = incidents.slice(0, SHOWN).map((one) => `  #${one.number} ${short(clean(one.summary))}\n`);
  const more = incidents.length - shown.length;
  return `${shown.join('')}${more > 0 ? `  and ${more} more\n` : ''}`;
}

const short = (text: string): string => (text.length > 100 ? `${text.slice(0, 99)}…` : text);

const counted = (count: number): string => (count === 1 ? '1 incident' : `${count} incidents`);
