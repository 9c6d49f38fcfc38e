/** What a service says of its incidents besides who is told: as people type it, and in words. Pure. */
import { RosterError } from './book.ts';
import { parseDuration, showDuration } from './times.ts';
import type { Flapping, Service } from './service-types.ts';

/** Shorter, and an alert that is repeated every few minutes would close in between. Longer is as good as never. */
const AUTO_RESOLVE_MS = { min: 60_000, max: 366 * 86_400_000 };

const DEFAULT = 'default';

/** Null: never. */
export type AutoResolve = NonNullable<Service['autoResolveMs']> | null;

/** Changes of them; what is absent stays, `default`: as if nothing had ever been said. */
export interface ServiceSettings {
  autoResolveMs?: AutoResolve | 'default';
  /** None: each alert is its own. */
  groupBy?: string[];
  flapping?: FlappingSaid | 'default';
}

/** Settings as they come from outside; what is undefined stays. */
export interface SettingsSaid {
  autoResolve: string | undefined;
  groupBy: string[] | undefined;
  flapping: string | undefined;
}

/** As people type them. Rejects with RosterError (usage). */
export function settingsFrom({ autoResolve, groupBy, flapping }: SettingsSaid): ServiceSettings {
  const autoResolveMs =
    autoResolve === undefined || autoResolve === DEFAULT ? autoResolve : parseAutoResolve(autoResolve);
  return {
    ...(autoResolveMs === undefined ? {} : { autoResolveMs }),
    ...(groupBy === undefined ? {} : { groupBy: checkGroupBy(groupBy) }),
    ...(flapping === undefined ? {} : { flapping: flapping === DEFAULT ? DEFAULT : parseFlapping(flapping) }),
  };
}

/** Null: off. */
export type FlappingSaid = Flapping | null;

const FLAPPING = { opens: { min: 2, max: 20 }, ms: { min: 60_000, max: 86_400_000 } };

/** `4/30m/15m`: opened 4 times in 30 min, held until it is steady for 15; or `off`. Rejects with RosterError (usage). */
export function parseFlapping(text: string): FlappingSaid {
  if (text === 'off') return null;
  const parts = /^(\d{1,3})\/([^/]+)\/([^/]+)$/.exec(text);
  const opens = Number(parts?.[1] ?? 0);
  const times = (parts?.slice(2) ?? []).map(parseDuration);
  const [withinMs = 0, steadyMs = 0] = times;
  const isWithin = times.every((ms) => ms >= FLAPPING.ms.min && ms <= FLAPPING.ms.max);
  if (parts !== null && isWithin && opens >= FLAPPING.opens.min && opens <= FLAPPING.opens.max)
    return { opens, withinMs, steadyMs };
  throw new RosterError(
    'usage',
    `"${text.slice(0, 40)}" does not say when something flaps`,
    'Write such as 4/30m/15m: opened 4 times (2 to 20) in 30 min, held open until it is steady for 15 min (1m to 1d each); or off.',
  );
}

/** As `parseFlapping` reads it. */
export const showFlapping = (value: FlappingSaid): string =>
  value === null ? 'off' : `${value.opens}/${showDuration(value.withinMs)}/${showDuration(value.steadyMs)}`;

/** More would make one incident of hardly anything. */
export const GROUP_BY_MOST = 8;
/** Of Prometheus, and with the dots, dashes and slashes of others. */
const LABEL = /^[A-Za-z_][\w.:/-]{0,63}$/;

/** Names of labels, each once. Rejects with RosterError (usage). */
export function checkGroupBy(names: readonly string[]): string[] {
  const wrong = names.find((one) => !LABEL.test(one));
  if (wrong !== undefined)
    throw new RosterError(
      'usage',
      `"${wrong.slice(0, 60)}" is no name of a label`,
      'Write such as cluster or alertname; host, check and source count as labels too.',
    );
  if (new Set(names).size < names.length || names.length > GROUP_BY_MOST)
    throw new RosterError(
      'usage',
      `Alerts can't be grouped by ${names.join(', ').slice(0, 80)}`,
      `Name each label once, ${GROUP_BY_MOST} at most.`,
    );
  return [...names];
}

/** `12h` or `never`. Rejects with RosterError (usage). */
export function parseAutoResolve(text: string): AutoResolve {
  if (text === 'never') return null;
  const ms = parseDuration(text);
  if (ms >= AUTO_RESOLVE_MS.min && ms <= AUTO_RESOLVE_MS.max) return ms;
  throw new RosterError(
    'usage',
    `An incident can't resolve itself after ${showDuration(ms)}`,
    'Give from 1m to 366d, or never.',
  );
}

/** As `parseAutoResolve` reads it. */
export const showAutoResolve = (value: AutoResolve): string =>
  value === null ? 'never' : showDuration(value);

/** A service's settings that aren't the usual ones, as people type them. */
export interface SettingTexts {
  autoResolve?: string;
  groupBy?: string[];
  flapping?: string;
}

/** As `settingsFrom` reads them. */
export const settingTexts = ({ autoResolveMs, groupBy, flapping }: Service): SettingTexts => ({
  ...(autoResolveMs === undefined ? {} : { autoResolve: showAutoResolve(autoResolveMs) }),
  ...(groupBy === undefined ? {} : { groupBy }),
  ...(flapping === undefined ? {} : { flapping: showFlapping(flapping) }),
});

/** The same in words: `auto-resolve 12h`. */
export const settingWords = (service: Service): string[] => {
  const { autoResolve, groupBy, flapping } = settingTexts(service);
  return [
    ...(autoResolve === undefined ? [] : [`auto-resolve ${autoResolve}`]),
    ...(groupBy === undefined ? [] : [`grouped by ${groupBy.join(', ')}`]),
    ...(flapping === undefined ? [] : [`flapping ${flapping}`]),
  ];
};
