/** By whose clock the times of a command are meant: a rotation's, where it is about one. */
import type { RotationJson } from '../../relay/api/oncall-wire.ts';
import { isZone } from '../../relay/oncall/times.ts';
import type { Client } from '../client.ts';
import { CliError, EXIT } from '../exit.ts';
import type { QuickValues } from '../quick-command.ts';
import { hereZone } from './edit-call.ts';
import { textOf } from './values.ts';

/** `--zone`, else that of the rotation, else that of this machine. Rejects as the client does, and for no zone. */
export async function meantZone(
  client: Client,
  values: QuickValues,
  rotation: string | undefined,
): Promise<string> {
  const said = textOf(values, 'zone');
  if (said !== undefined) {
    if (isZone(said)) return said;
    throw new CliError(EXIT.usage, `--zone: "${said}" is no time zone.`, 'Write it like Europe/Berlin.');
  }
  if (rotation === undefined) return hereZone();
  return (await client.get<RotationJson>(`/v1/rotations/${encodeURIComponent(rotation)}`)).zone;
}
