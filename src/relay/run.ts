/**
 * The daemon's process: configuration, signals, systemd; everything else is in daemon.ts.
 * SIGHUP reads the configuration again and keeps the old one when the new one is wrong. SIGTERM and SIGINT end it
 * within 30 s (and drainSeconds before): nothing new is taken, what is under way is finished, the rest stays in the journal.
 */
import { parseArgs } from 'node:util';
import { loadConfigApart } from './config/load-apart.ts';
import { ConfigError, type Config } from './config/types.ts';
import { Daemon } from './daemon.ts';
import { notReloaded, reloaded } from './daemon/reload-problems.ts';
import type { Signals } from './daemon/signals.ts';
import { systemClock } from './daemon/system.ts';
import { createLogger } from './observe/log.ts';
import { createNotifier } from './observe/notify.ts';

const STOP_WITHIN_MS = 28_000;
/** What the service manager waits beyond it before it kills. */
const STOP_SLACK_MS = 12_000;

/** Starts the daemon; the process then lives until a signal or a lost store ends it. */
export async function run(signals: Signals): Promise<void> {
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  const log = createLogger({
    level: process.env['RELAY_LOG_LEVEL'] ?? 'info',
    pretty: process.stdout.isTTY && process.env['RELAY_LOG_JSON'] === undefined,
  });
  const notifier = createNotifier({ clock: systemClock, log, env: process.env });

  const read = (): Promise<Config> =>
    loadConfigApart({
      ...(values.config === undefined ? {} : { flag: values.config }),
      env: process.env,
      cwd: process.cwd(),
    });

  let daemon: Daemon;
  /** The same, once there is one. */
  let up: Daemon | null = null;
  let stopWithinMs = STOP_WITHIN_MS;
  let stopWatchdog = (): void => {};
  const started = Promise.withResolvers<void>();
  signals.answer({ reload, ending, end }, started.promise);

  try {
    daemon = await Daemon.start({
      config: await read(),
      env: process.env,
      log,
      readConfig: read,
      onLongStart: (text) => void notifier.starting(text),
      onMoved: () => void startAgain(),
      onFatal: (error) => {
        log.error({ err: error }, 'the store is lost; ending so that the service manager starts relay again');
        process.exit(1);
      },
    });
  } catch (error) {
    for (const problem of problemsOf(error)) process.stderr.write(`relay: ${problem}\n`);
    process.exit(1);
  }

  up = daemon;
  log.info({ ...daemon.addresses, pid: process.pid }, 'relay is up');
  await notifier.ready('paging');
  stopWatchdog = notifier.watch(() => daemon.pulse);
  started.resolve();

  function ending(signal: string): void {
    const drainMs = up?.drain() ?? 0;
    stopWithinMs += drainMs;
    const what = 'nothing new is taken, what is under way is finished';
    log.info(
      { signal, drainMs },
      drainMs === 0 ? `stopping: ${what}` : `stopping after the drain: then ${what}`,
    );
    setTimeout(() => {
      log.warn({}, 'not finished in time; the rest stays in the journal for the next start');
      process.exit(0);
    }, stopWithinMs).unref();
  }

  /** As the same process, so that whoever watches it sees no end; relay.yaml is read anew. */
  async function startAgain(): Promise<void> {
    stopWatchdog();
    daemon.drain();
    try {
      await daemon.stop();
    } catch (error) {
      log.error({ err: error }, 'stopping before the new start failed');
    }
    if (signals.ending) return;
    if (process.execve === undefined) process.exit(1);
    process.execve(
      process.execPath,
      [process.execPath, ...process.execArgv, ...process.argv.slice(1)],
      process.env,
    );
  }

  async function end(): Promise<void> {
    stopWatchdog();
    await notifier.stopping(stopWithinMs + STOP_SLACK_MS);
    await daemon.stop();
    log.info({}, 'relay has stopped');
    process.exit(0);
  }

  async function reload(): Promise<void> {
    await notifier.reloading();
    try {
      const config = await read();
      // Reading may take long; nobody waits for a reload that ends anyway.
      if (signals.ending) return;
      const later = await daemon.reload(config);
      log.info({}, 'the configuration was read again and is in use');
      if (later.length > 0) log.warn({ keys: later }, 'these change only with a restart');
      reloaded(daemon.problems, later);
    } catch (error) {
      const wrong = problemsOf(error);
      log.error({ problems: wrong }, 'the new configuration is wrong; the old one stays in use');
      notReloaded(daemon.problems, wrong);
    }
    await notifier.ready('paging');
  }
}

/** What is wrong, one line each: for whoever wrote the configuration. */
function problemsOf(error: unknown): string[] {
  if (error instanceof ConfigError) return error.problems;
  return [error instanceof Error ? error.message : String(error)];
}
