/**
 * A command of this machine that sends a page: a GSM modem, a siren. Started without a shell, in a process group of its
 * own that is killed at the deadline; the text comes on its standard input.
 */
import type { ChildProcess } from 'node:child_process';
import { access, constants, stat } from 'node:fs/promises';
import type { Channel } from '../../events/types.ts';
import type { Clock } from '../../engine/ports.ts';
import { filled } from '../placeholders.ts';
import type { Outgoing, SendOutcome, Transport } from '../port.ts';
import { valuesOf } from '../values.ts';
import { outcomeOfExit } from './exit.ts';

export interface ExecProvider {
  name: string;
  channel: Channel;
  /** The program's absolute path, then its arguments, in which placeholders may stand. */
  command: readonly string[];
  timeoutSeconds: number;
}

export interface ExecProviderOptions {
  provider: ExecProvider;
  clock: Clock;
}

const STDERR_CHARACTERS = 2_000;
/** All that a command sees of our surroundings: no secret of ours stands in them. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'USER'];
/** The machine is short of something: it may work later. */
const FOR_NOW = new Set(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM']);

export function execProvider({ provider, clock }: ExecProviderOptions): Transport {
  const { name, channel } = provider;
  return {
    name,
    channel,
    // Nobody can be asked what a command did.
    settleMs: 0,
    send: (message, call) => send(provider, clock, message, call),
    settle: () => Promise.resolve({ kind: 'unclear', retry: false, error: `${name} can't be asked` }),
    check: () => check(provider),
    close: () => Promise.resolve(),
  };
}

async function send(
  provider: ExecProvider,
  clock: Clock,
  message: Outgoing,
  call: { deadlineMs: number; mayStart: () => boolean },
): Promise<SendOutcome> {
  const { spawn } = await import('node:child_process');
  const values = valuesOf(message, null);
  const [program = '', ...rest] = provider.command;
  const args = rest.map((one) => filled(one, (name) => values[name]));
  const odd = args.find((one, index) => one.startsWith('-') && rest[index]?.startsWith('{') === true);
  if (odd !== undefined) {
    // It would be an option of the command, not a value.
    const error = `"${odd}" begins with a dash`;
    const cure = 'Check the contact method of this person: relay person edit ID';
    return { kind: 'refused', permanent: true, code: 'address', error, cure };
  }
  const env = Object.fromEntries(
    PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  if (!call.mayStart()) return { kind: 'late' };
  let child: ChildProcess;
  try {
    child = spawn(program, args, { detached: true, cwd: '/', env, stdio: ['pipe', 'ignore', 'pipe'] });
  } catch (error) {
    return notStarted(provider, error);
  }
  return run(provider, clock, child, `${values.text}\n`, message.id, call.deadlineMs);
}

function run(
  provider: ExecProvider,
  clock: Clock,
  child: ChildProcess,
  text: string,
  messageId: string,
  callDeadlineMs: number,
): Promise<SendOutcome> {
  const deadlineMs = Math.min(callDeadlineMs, provider.timeoutSeconds * 1_000);
  return new Promise((resolve) => {
    let said = '';
    const end = (outcome: SendOutcome): void => {
      cancel();
      child.stderr?.destroy();
      child.stdin?.destroy();
      resolve(outcome);
    };
    const cancel = clock.after(deadlineMs, () => {
      killGroup(child);
      end({ kind: 'doubt', error: `${provider.name} was killed after ${deadlineMs} ms` });
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(0, STDERR_CHARACTERS);
    });
    child.once('error', (error) => {
      // An error after the start would leave it running.
      if (child.pid === undefined) end(notStarted(provider, error));
    });
    child.once('exit', (code, signal) => {
      // What it wrote last is read by the next two turns; a process that it left behind may hold the pipe for ever.
      setImmediate(() =>
        setImmediate(() => end(outcomeOfExit(provider.name, { code, signal, said }, messageId))),
      );
    });
    // A command need not read its text: that it closed the pipe is no fault.
    child.stdin?.on('error', () => {});
    child.stdin?.end(text);
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it ended just now
  }
}

function notStarted({ name, command }: ExecProvider, error: unknown): SendOutcome {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'start';
  const said = `${command[0] ?? ''} could not be started: ${code}`;
  if (FOR_NOW.has(code)) {
    const cure = `This machine is short of processes, files or memory: free some, and ${name} works again`;
    return { kind: 'refused', permanent: false, code, error: said, cure };
  }
  return { kind: 'refused', permanent: true, account: true, code, error: said, cure: programCure(name) };
}

const programCure = (name: string): string =>
  `Check the command of ${name} in relay.yaml: a program that the user relay runs as may start`;

async function check({ name, command }: ExecProvider): Promise<{ error: string; cure: string } | null> {
  const program = command[0] ?? '';
  try {
    await access(program, constants.X_OK);
    if ((await stat(program)).isFile()) return null;
    return { error: `${name}: ${program} is no program`, cure: programCure(name) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { error: `${name}: ${program} can't be started: ${code}`, cure: programCure(name) };
  }
}
