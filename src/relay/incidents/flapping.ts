/**
 * What opens and closes again and again: told once, and held open until it has been steady for a while. Nothing is
 * hidden by it: while the problem is there the incident is open, and whoever has to know was told.
 */
import type { Flapping } from '../oncall/service-types.ts';
import { note, type Draft } from './draft.ts';
import { inWords } from './escalation.ts';
import type { Incident } from './types.ts';

/** The end of a steady time. */
export const STEADY = 'steady';

/** Where a service says nothing. */
export const FLAPPING_USUALLY: Flapping = { opens: 4, withinMs: 30 * 60_000, steadyMs: 15 * 60_000 };

const settingOf = ({ context: { duty } }: Draft): Flapping | null =>
  duty.flapping === undefined ? FLAPPING_USUALLY : duty.flapping;

/** It has just opened: by its monitor once more, perhaps once too often. */
export function judgeFlapping(d: Draft, incident: Incident): void {
  const setting = settingOf(d);
  if (setting === null) return;
  const { opens, withinMs, steadyMs } = setting;
  const { nowMs } = d.context;
  const openings = [...(d.state.openings ?? []), nowMs]
    .filter((atMs) => atMs > nowMs - withinMs)
    .slice(-opens);
  d.state.openings = openings;
  if (openings.length < opens) return;
  const why = `flapping: opened ${opens} times in ${inWords(withinMs)}, held open until it is steady for ${inWords(steadyMs)}`;
  incident.flapping = { steadyMs, why, recoveries: 0 };
  note(d, incident, { kind: 'flapping', actor: 'relay', text: why });
}

/** Somebody has closed it who knows: what comes after begins anew. */
export function forgetOpenings(d: Draft): void {
  delete d.state.openings;
}

/** Its monitor says that it is well. True: it is held open, and closes when that lasts. */
export function holdOpen(d: Draft, incident: Incident): boolean {
  const { flapping } = incident;
  if (flapping === undefined || settingOf(d) === null) return false;
  // Some monitors say at every look that it is well: the steady time runs from the first of them.
  if (isHeld(incident)) return true;
  const { steadyMs, recoveries } = flapping;
  const { nowMs } = d.context;
  incident.flapping = { ...flapping, recoveries: recoveries + 1, wellSinceMs: nowMs };
  d.effects.setTimers.push({ name: STEADY, atMs: nowMs + steadyMs });
  // Once: a line for each would be as many as it flaps.
  if (recoveries === 0)
    note(d, incident, {
      kind: 'held',
      actor: 'relay',
      text: `well again, and held open until that lasts ${inWords(steadyMs)}`,
    });
  return true;
}

/** Whether its monitor said last that it is well. */
export const isHeld = ({ flapping }: Incident): boolean => flapping?.wellSinceMs !== undefined;

/** It is there again. */
export function unsteady(d: Draft, incident: Incident): void {
  if (incident.flapping === undefined || !isHeld(incident)) return;
  const { wellSinceMs: _over, ...flapping } = incident.flapping;
  incident.flapping = flapping;
  d.effects.cancelTimers.push(STEADY);
}

/** The timer has fired: why it is over, in words; null: it isn't, and the timer is set again where it came early. */
export function steadyBy(d: Draft, incident: Incident): string | null {
  const { flapping, status } = incident;
  if (status === 'resolved' || flapping?.wellSinceMs === undefined) return null;
  const overAtMs = flapping.wellSinceMs + flapping.steadyMs;
  if (d.context.nowMs < overAtMs) {
    d.effects.setTimers.push({ name: STEADY, atMs: overAtMs });
    return null;
  }
  return `resolved: steady for ${inWords(flapping.steadyMs)}, after ${flapping.recoveries} ${flapping.recoveries === 1 ? 'recovery' : 'recoveries'} since it was opened`;
}
