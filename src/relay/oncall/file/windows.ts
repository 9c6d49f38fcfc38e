/** The maintenance windows that a file says. What it leaves out (who, when) comes from whoever applies it. Pure. */
import { checkId } from '../checks.ts';
import { checkedWindow, withoutServiceWindows } from '../maintenance-edits.ts';
import type { MaintenanceWindow, Roster } from '../types.ts';
import type { Applied } from './build.ts';
import type { WindowSaid } from './fields.ts';
import type { FileProblem, KeyPath } from './findings.ts';
import { refusal } from './refusal.ts';

/** All windows of `roster`; undefined: neither the file nor the base has any. */
export function builtWindows(
  roster: Roster,
  base: Roster,
  said: readonly WindowSaid[] | undefined,
  applied: Applied,
  problems: FileProblem[],
  warnings: FileProblem[],
): MaintenanceWindow[] | undefined {
  if (said === undefined) return stillHere(roster, base).maintenance;
  return said.map((one): MaintenanceWindow => {
    const path: KeyPath = ['maintenance', one.id];
    const known = base.maintenance?.find(({ id }) => id === one.id);
    const window: MaintenanceWindow = {
      ...one,
      by: one.by ?? known?.by ?? applied.by,
      madeAtMs: one.madeAtMs ?? known?.madeAtMs ?? applied.nowMs,
    };
    try {
      checkId('window', one.id);
      checkedWindow(roster, window, applied.nowMs);
    } catch (error) {
      const { problem, isName } = refusal(error, path, undefined);
      // A service that isn't there has been told at its own place.
      if (!isName) problems.push(problem);
    }
    if (one.untilMs !== undefined && one.untilMs <= applied.nowMs)
      warnings.push({
        path: [...path, 'until'],
        on: 'value',
        text: 'it is over already, and counts no more: take it out',
      });
    return window;
  });
}

/** As when a command removes a service. */
const stillHere = (roster: Roster, base: Roster): Roster =>
  base.services
    .filter(({ id }) => roster.services.every((service) => service.id !== id))
    .reduce((sum, { id }) => withoutServiceWindows(sum, id), base);
