/** A child that can't outlive us: the kernel itself ends it when this process dies, be it by SIGKILL. */
import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, closeSync, constants, openSync } from 'node:fs';

/** From util-linux, which Debian always has. */
const SETPRIV = '/usr/bin/setpriv';

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Child {
  pid: number;
  ended: Promise<Ended>;
  signal(name: NodeJS.Signals): void;
}

/**
 * Starts a program in a process group of its own, so that Ctrl-C in the terminal is for us; what it writes goes to
 * `log`. Throws when it can't be started.
 */
export function startChild(
  command: readonly string[],
  options: { cwd: string; log: string; env: NodeJS.ProcessEnv },
): Child {
  const [program, ...args] = canRun(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', ...command] : command;
  if (program === undefined) throw new Error('a command without a program');
  const log = openSync(options.log, 'a');
  let child: ChildProcess;
  try {
    child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['ignore', log, log],
    });
  } finally {
    closeSync(log);
  }
  const { pid } = child;
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  // Whoever waits for its end hears of a failure; nobody has to.
  ended.catch(() => {});
  if (pid === undefined) throw new Error(`${program} can't be started: is it installed?`);
  const onExit = (): void => void child.kill('SIGKILL');
  process.on('exit', onExit);
  ended.then(
    () => process.off('exit', onExit),
    () => process.off('exit', onExit),
  );
  return { pid, ended, signal: (name) => void child.kill(name) };
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
