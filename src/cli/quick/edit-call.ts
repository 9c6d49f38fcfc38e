/** Commands that edit one thing of the roster and print who is on call differently by it. */
import type { ToldJson } from '../../relay/api/oncall-wire.ts';
import { connect } from '../client.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io, QuickCommand, QuickValues } from '../quick-command.ts';
import { renderTold } from '../render/told.ts';
import { actorOf, show } from './values.ts';

/** Posts an edit and prints what it did; `more` may add a line for people. Resolves with the exit code. */
export async function tellEdit(
  path: string,
  body: Record<string, unknown>,
  values: QuickValues,
  io: Io,
  more = '',
): Promise<number> {
  const client = await connect(values, io);
  // In which the daemon is asked to tell times; `zone` may be that of what is edited.
  const said = body['showZone'] ?? body['zone'];
  const zone = typeof said === 'string' ? said : hereZone();
  const told = await client.post<ToldJson>(path, { ...body, by: actorOf(values, io.env) });
  show(io, values, told, () => renderTold(told, zone) + more);
  return 0;
}

/** The command that removes one thing of a kind, by its id. */
export const removal = (kind: 'people' | 'services' | 'rotations' | 'groups' | 'policies'): QuickCommand => ({
  flags: { as: { type: 'string' } },
  args: { min: 1, max: 1 },
  run: ([id = ''], values, io) =>
    tellEdit(`/v1/${kind}/${encodeURIComponent(id)}/remove`, { zone: hereZone() }, values, io),
});

/** The zone of whoever types. */
export const hereZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** All values of an option, each of which may hold several with commas between; absent when it isn't given. */
export function namesOf(values: QuickValues, name: string): string[] | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  const given = Array.isArray(value) ? value : [value];
  const names = given.flatMap((one) => String(one).split(',')).map((one) => one.trim());
  if (names.every((one) => one !== '')) return names;
  throw new CliError(
    EXIT.usage,
    `--${name} "${given.join(',').slice(0, 60)}" has an empty place.`,
    'Name one or more, with commas between.',
  );
}
