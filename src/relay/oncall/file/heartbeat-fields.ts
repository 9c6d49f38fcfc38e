/** A heartbeat in the roster file, field by field. Pure. */
import { SEVERITIES } from '../../events/types.ts';
import type { Heartbeat } from '../heartbeat.ts';
import { duration } from './forms.ts';
import { yesOrNo } from './policy-fields.ts';
import { choice, list, nameOf, record, text } from './shapes.ts';

/** Keys that are left out stay as they are. */
export type HeartbeatSaid = Omit<Heartbeat, 'keyHashes'> & Partial<Pick<Heartbeat, 'keyHashes'>>;

export const heartbeat = record<Omit<HeartbeatSaid, 'id'>>('a heartbeat', {
  service: { about: 'Whose incident it becomes when nothing is reported.', shape: nameOf('service') },
  everyMs: { key: 'every', about: 'From one report to the next.', shape: duration },
  graceMs: {
    key: 'grace',
    about: 'How much later a report may come, and how long a job that said it starts may take.',
    shape: duration,
  },
  severity: { about: 'Of its incident; else error.', shape: choice(SEVERITIES), optional: true },
  paused: { about: 'Nothing is expected of it.', shape: yesOrNo, optional: true },
  keyHashes: {
    key: 'keys',
    about: 'SHA-256 of each ping key; left out: they stay as they are. `relay heartbeat key` makes one.',
    shape: list(
      text('the SHA-256 of a key: 64 characters 0-9 a-f', 64, { pattern: '^[0-9a-f]{64}$', isSecret: true }),
      { max: 2 },
    ),
    optional: true,
  },
});
