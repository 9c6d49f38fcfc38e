/** Commands that change one heartbeat and print what they did. */
import type { HeartbeatEditedJson } from '../relay/api/heartbeat-wire.ts';
import { connect } from './client.ts';
import type { Io, QuickCommand, QuickValues } from './quick-command.ts';
import { renderHeartbeatEdited } from './render/heartbeat.ts';
import { actorOf, show, textOf } from './quick/values.ts';

/** Of `add` and `edit`. */
export const HEARTBEAT_FLAGS = {
  every: { type: 'string' },
  grace: { type: 'string' },
  service: { type: 'string' },
  severity: { type: 'string' },
} as const;

/** What was given of them. */
export const heartbeatGiven = (values: QuickValues): Record<string, string | undefined> => ({
  every: textOf(values, 'every'),
  grace: textOf(values, 'grace'),
  service: textOf(values, 'service'),
  severity: textOf(values, 'severity'),
});

export async function changeHeartbeat(
  path: string,
  body: Record<string, unknown>,
  values: QuickValues,
  io: Io,
): Promise<number> {
  const client = await connect(values, io);
  const made = await client.post<HeartbeatEditedJson>(path, { ...body, by: actorOf(values, io.env) });
  show(io, values, made, () => renderHeartbeatEdited(made));
  return 0;
}

export const heartbeatPath = (id: string, what = ''): string =>
  `/v1/heartbeats/${encodeURIComponent(id)}${what}`;

/** A command that takes a heartbeat's name and nothing else. */
export const onHeartbeat = (what: string, body: Record<string, unknown> = {}): QuickCommand => ({
  flags: { as: { type: 'string' } },
  args: { min: 1, max: 1 },
  run: ([id = ''], values, io) => changeHeartbeat(heartbeatPath(id, what), body, values, io),
});
