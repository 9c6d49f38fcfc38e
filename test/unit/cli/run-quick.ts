/** Runs quick commands the way the launcher does, against an API of the test's own. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { CliError } from '../../../src/cli/exit.ts';
import type { Io, QuickCommand, QuickValues } from '../../../src/cli/quick-command.ts';
import type { StandIn } from '../api/stand-in.ts';

/** Where the quick commands are. */
export const QUICK = join(import.meta.dirname, '../../../src/cli/quick');

export interface Ran {
  exit: number;
  out: string;
  err: string;
  json: () => unknown;
}

/** Writes the configuration that leads to the stand-in's socket; returns its path. */
export function configFor(relay: StandIn): string {
  const config = join(relay.dir, 'relay.yaml');
  writeFileSync(config, 'store: sqlite:relay.db\napi:\n  socket: relay.sock\n');
  return config;
}

/** Runs `src/cli/quick/<name>.ts`; a CliError becomes its exit code and text. */
export async function runQuick(
  relay: StandIn,
  name: string,
  args: string[] = [],
  values: QuickValues = {},
  tty = false,
): Promise<Ran> {
  const { quick } = (await import(join(QUICK, `${name}.ts`))) as { quick: QuickCommand };
  return capture(relay, (io) => quick.run(args, { config: configFor(relay), ...values }, io), tty);
}

/** Runs `what` with a terminal of 80 columns, or a pipe, that is kept. */
export async function capture(relay: StandIn, what: (io: Io) => Promise<number>, tty = false): Promise<Ran> {
  let out = '';
  let err = '';
  const io: Io = {
    out: (text) => {
      out += text;
      // With hand-driven timers, waiting takes no time.
      if (text.startsWith('Waiting for') && vi.isFakeTimers()) vi.advanceTimersByTime(600_000);
    },
    err: (text) => void (err += text),
    tty,
    columns: 80,
    env: { NO_COLOR: '1' },
    cwd: relay.dir,
  };
  try {
    const exit = await what(io);
    return { exit, out, err, json: () => JSON.parse(out) as unknown };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { exit: error.exit, out, err: `${err}${error.message}\n${error.cure ?? ''}`, json: () => null };
  }
}
