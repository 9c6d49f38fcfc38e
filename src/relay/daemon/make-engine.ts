/** An engine over a store, with everything of this daemon that it asks and tells. */
import { Engine } from '../engine/engine.ts';
import type { EngineParts } from '../engine/engine-parts.ts';
import type { SteadyClock } from '../engine/steady.ts';
import type { Clock, Log, Problems } from '../engine/ports.ts';
import type { OpenRosterBook } from '../engine/roster-book.ts';
import type { Acceptor } from '../events/accept.ts';
import type { Config } from '../config/types.ts';
import type { Store } from '../store/port.ts';
import { answerLinks } from './answer-links.ts';
import type { CommitWatch } from './commit-watch.ts';
import type { DutyCache } from './duty.ts';
import { contactChanges } from './opt-words.ts';
import { poisonAlert } from './poison.ts';
import type { Providers } from './providers.ts';
import { systemIds } from './system.ts';
import type { Watching } from './watching.ts';

/** Those that may change, or don't exist yet, are asked for each time. */
export interface AroundEngine {
  clock: Clock;
  log: Log;
  problems: Problems;
  steady: SteadyClock;
  roster: OpenRosterBook;
  duty: DutyCache;
  providers: Providers;
  commits: CommitWatch;
  tokenKey: Uint8Array;
  acceptor(): Acceptor;
  watching(): Watching;
  config(): Config;
}

/** `more` counts before what the daemon gives. */
export function makeEngine(store: Store, more: Partial<EngineParts>, around: AroundEngine): Engine {
  const { clock, log, problems, steady, roster, duty, providers, commits, tokenKey } = around;
  const { acceptor, watching, config } = around;
  return new Engine({
    ...more,
    store,
    clock,
    ids: systemIds,
    log,
    problems,
    nowMs: () => steady.nowMs(),
    roster: () => roster.current(),
    duty: (service, atMs, asked) => duty.at(service, atMs, asked),
    ...providers.channels,
    zone: Temporal.Now.timeZoneId(),
    health: providers.health,
    ...contactChanges({
      roster,
      accept: (inputs) => acceptor().accept(inputs),
      catchAll: () => config().catchAll,
      works: (channel) => providers.channels.transports.has(channel),
    }),
    answerLinks: () => answerLinks(config(), tokenKey),
    poison: async (row, error) => void (await acceptor().accept([poisonAlert(row, error)])),
    onCommit: (change, nowMs) => commits.committed(change, nowMs),
    onCall: (message) => {
      commits.called(message, steady.nowMs());
      watching().called(message);
    },
    onAnswer: (message) => commits.answered(message, steady.nowMs()),
  });
}
