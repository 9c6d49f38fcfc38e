/**
 * What a reload left undone, among the problems: whoever sends SIGHUP sees no answer, and whoever looks at `relay status`
 * must not take the file for what is in use.
 */
import type { Config } from '../config/types.ts';
import type { Problems } from '../engine/ports.ts';

const WRONG = 'config-wrong';
const WAITS = 'config-waits';

const BY_RESTART = ['store', 'api', 'host', 'keyDir', 'cluster', 'spool', 'watch'] as const;

/** The keys of relay.yaml that differ from what relay was started with and need another start. */
export const onlyByRestart = (started: Config, now: Config): string[] =>
  BY_RESTART.filter((key) => JSON.stringify(started[key]) !== JSON.stringify(now[key]));

/** Another store is named before `relay store move`: a restart would begin with what is in it, perhaps nothing. */
const OF_A_MOVE: readonly string[] = ['store', 'cluster', 'spool'];

/** The new configuration is in use, but for these keys. */
export function reloaded(problems: Problems, waiting: readonly string[]): void {
  problems.clear(WRONG);
  const later = waiting.filter((key) => !OF_A_MOVE.includes(key));
  if (later.length === 0) {
    problems.clear(WAITS);
    return;
  }
  problems.raise(
    WAITS,
    `what was changed under ${later.join(', ')} in relay.yaml is not in use yet`,
    'it needs a restart: systemctl restart relay; what is accepted waits and goes out afterwards',
  );
}

/** It can't be used, for these reasons, at least one: the old one stays. */
export function notReloaded(problems: Problems, wrong: readonly string[]): void {
  const [first = 'it can not be read', ...more] = wrong;
  const others = more.length === 0 ? '' : ` (and ${more.length} more, in the log)`;
  problems.raise(
    WRONG,
    `the configuration was to be read again and is wrong, so that the old one stays in use: ${first}${others}`,
    'mend it, then reload: systemctl reload relay, or kill -HUP; with such a file relay would not start either',
  );
}
