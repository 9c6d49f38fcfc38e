/** Failures on hosts, for the person at the terminal: host, phase, command, the end of what it said, how to go on. */
import type { LockedError } from '../../relay/hosts/apply/lock.ts';
import type { RollError } from '../../relay/hosts/apply/rolling.ts';
import type { PhaseError } from '../../relay/hosts/apply/run-phases.ts';
import type { HostError } from '../../relay/hosts/ssh/port.ts';
import { CliError, EXIT } from '../exit.ts';

const STDERR_LINES = 12;

/** What is none of these goes on as it is. Classes are told apart by name, as elsewhere: loading them all costs a start. */
export function toldOf(error: unknown, again: string): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'PhaseError') {
    const { phase, failures } = error as PhaseError;
    const hosts = failures.map(({ host }) => host).join(', ');
    const each = failures.map((one) => `${one.host}: ${phase}: ${one.what}\n${indented(one)}`).join('\n');
    return new CliError(
      EXIT.failed,
      `failed on ${hosts}\n${each}`,
      `Nothing later was begun. Cure it, then ${again} again: it goes on from what is.`,
    );
  }
  if (error.name === 'HostError') {
    const one = error as HostError;
    return new CliError(EXIT.failed, `${one.host}: ${one.what}\n${indented(one)}`);
  }
  if (error.name === 'RollError') {
    const { message, done, untouched } = error as RollError;
    const names = (hosts: readonly string[]): string => (hosts.length === 0 ? 'no host' : hosts.join(', '));
    return new CliError(
      EXIT.failed,
      message,
      `Changed before it: ${names(done)}. Not touched: ${names(untouched)}. relay cluster rollback takes all back.`,
    );
  }
  if (error.name === 'LockedError') {
    return new CliError(
      EXIT.conflict,
      (error as LockedError).message,
      'Wait for it; a dead one gives way after 5 minutes, or at once by --force-unlock.',
    );
  }
  return error;
}

function indented({ stderr, exitCode }: HostError): string {
  const lines = stderr.trim().split('\n').slice(-STDERR_LINES);
  if (lines.length === 1 && lines[0] === '') return `    exit code ${exitCode ?? 'none'}`;
  return lines.map((line) => `    ${line}`).join('\n');
}
