/** What the commands about notification rules and quiet hours send, and how they tell what came of it. */
import type { PersonDetailJson, PersonNotified } from '../relay/api/oncall-wire.ts';
import { connect } from './client.ts';
import { CliError, EXIT } from './exit.ts';
import type { Io, QuickValues } from './quick-command.ts';
import { hereZone } from './quick/edit-call.ts';
import { actorOf, show, textOf } from './quick/values.ts';
import { notYetLine } from './render/edited.ts';
import { clean } from './render/style.ts';
import { hoursIn } from './rule-words.ts';

/** Posts an edit of how somebody is told and prints what holds now. Resolves with the exit code. */
export async function tellNotifications(
  id: string,
  body: Record<string, unknown>,
  values: QuickValues,
  io: Io,
): Promise<number> {
  const client = await connect(values, io);
  const told = await client.post<PersonNotified>(`/v1/people/${encodeURIComponent(id)}/notifications`, {
    ...body,
    by: actorOf(values, io.env),
  });
  show(io, values, told, () => {
    const warnings = told.warnings.map((one) => `check: ${clean(one)}\n`).join('');
    return `${clean(told.text)}\n${warnings}${notYetLine(told)}See what would happen now: relay person show ${id}\n`;
  });
  return 0;
}

/** --zone; else, for hours of a person who has no zone yet, that of whoever types them. */
export async function zoneOfHours(
  id: string,
  hasHours: boolean,
  values: QuickValues,
  io: Io,
): Promise<string | undefined> {
  const given = textOf(values, 'zone');
  if (given !== undefined || !hasHours) return given;
  const client = await connect(values, io);
  const person = await client.get<PersonDetailJson>(`/v1/people/${encodeURIComponent(id)}`);
  return person.zone === undefined ? hereZone() : undefined;
}

/** `mon-fri 08:00-18:00`, or several. Rejects with exit code 2. */
export function hoursGiven(text: string, where: string): string[] {
  const hours = hoursIn(text);
  if (hours !== null) return hours;
  throw new CliError(
    EXIT.usage,
    `${where} "${text.slice(0, 80)}" has no hours, or something besides.`,
    'Write them like "mon-fri 08:00-18:00" or "22:00-07:00".',
  );
}

/** The number of a rule as people type it, from 1. Rejects with exit code 2. */
export function ruleNumber(text: string | undefined): number {
  if (text !== undefined && /^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new CliError(
    EXIT.usage,
    `"${(text ?? '').slice(0, 20)}" is no number of a rule.`,
    'Rules count from 1: relay person rule list PERSON',
  );
}
