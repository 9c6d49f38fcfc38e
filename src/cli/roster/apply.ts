/** `relay roster diff | apply | rollback`: the plan first, then a yes, then all of it or nothing. */
import type { RosterAppliedJson, RosterPlanJson } from '../../relay/api/roster-wire.ts';
import { connect } from '../client.ts';
import type { Client } from '../client.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io, QuickValues } from '../quick-command.ts';
import { actorOf, flagOf, show } from '../quick/values.ts';
import { notYetLine } from '../render/edited.ts';
import { renderPlan } from '../render/roster-plan.ts';
import { styleFor } from '../render/style.ts';
import { rosterText, wrongFile } from './from-file.ts';

/** What the roster is to become, as it goes over the API. */
export interface RosterWish {
  /** For people: a file's name, `version 12`. */
  name: string;
  call: 'apply' | 'rollback';
  body: { text: string } | { version: number };
}

/** Asks a person whether to go on; null: nobody is there. */
export type Confirm = (question: string) => Promise<boolean | null>;

/** A wish that a file holds. */
export async function wishOf(file: string, io: Io): Promise<RosterWish> {
  return { name: file, call: 'apply', body: { text: await rosterText(file, io) } };
}

/** A wish for a former version. Rejects with exit code 2 for what is none. */
export function wishOfVersion(given: string): RosterWish {
  const version = versionFrom(given, '');
  return { name: `version ${version}`, call: 'rollback', body: { version } };
}

/** Shows the plan and changes nothing. */
export async function diffRoster(wish: RosterWish, values: QuickValues, io: Io): Promise<number> {
  const plan = await planOf(await connect(values, io), wish, values, io);
  show(io, values, plan, () => renderPlan(plan, styleFor(io)));
  return EXIT.ok;
}

/** Shows the plan, asks, and carries it out. */
export async function applyRoster(
  wish: RosterWish,
  values: QuickValues,
  io: Io,
  confirm: Confirm,
): Promise<number> {
  const client = await connect(values, io);
  const plan = await planOf(client, wish, values, io);
  const isJson = flagOf(values, 'json');
  if (!isJson) io.out(renderPlan(plan, styleFor(io)));
  if (flagOf(values, 'dry-run')) {
    if (isJson) io.out(`${JSON.stringify(plan, null, 2)}\n`);
    return EXIT.ok;
  }
  if (plan.changes !== 'nothing' && !flagOf(values, 'yes')) {
    const answer = isJson
      ? null
      : await confirm(`Make this version ${plan.version + 1} of the roster? [y/N] `);
    if (answer === null) {
      throw new CliError(
        EXIT.usage,
        'Nobody is there to say yes: nothing is changed.',
        'Give --yes, or look only: --dry-run.',
      );
    }
    if (!answer) {
      io.err('Nothing is changed.\n');
      return EXIT.failed;
    }
  }
  const applied = await client.post<RosterAppliedJson>(`/v1/roster/${wish.call}`, {
    ...wish.body,
    // What has been seen is what is made: anything that came between refuses it.
    base: plan.version,
    zone: zoneHere(),
    by: actorOf(values, io.env),
  });
  if (isJson) io.out(`${JSON.stringify(applied, null, 2)}\n`);
  else if (applied.plan.changes === 'nothing') io.out(`The roster stays at version ${applied.version}.\n`);
  else io.out(`The roster is at version ${applied.version}.\n${notYetLine(applied)}`);
  return EXIT.ok;
}

async function planOf(
  client: Client,
  wish: RosterWish,
  values: QuickValues,
  io: Io,
): Promise<RosterPlanJson> {
  const plan = await client.post<RosterPlanJson>('/v1/roster/plan', {
    ...wish.body,
    base: baseOf(values),
    zone: zoneHere(),
    by: actorOf(values, io.env),
  });
  if (plan.problems.length > 0) throw wrongFile(wish.name, plan.problems);
  return plan;
}

function baseOf(values: QuickValues): number | undefined {
  const base = values['base'];
  if (base === undefined) return undefined;
  return versionFrom(String(base), '--base: ');
}

function versionFrom(text: string, where: string): number {
  if (/^\d{1,9}$/u.test(text)) return Number(text);
  throw new CliError(
    EXIT.usage,
    `${where}"${text}" is no version.`,
    'See which there are: relay roster history',
  );
}

const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
