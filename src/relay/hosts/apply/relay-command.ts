/** A command of the release on a host, run as the user that the daemon is. */
import { PLACES } from '../places.ts';
import { HostError, type Remote } from '../ssh/port.ts';
import { quoted } from '../ssh/quoted.ts';

const { current, config, user, state } = PLACES.relay;
const COMMAND_MS = 2 * 60_000;

export interface CommandOptions {
  /** Secrets go this way only. */
  stdin?: string;
  timeoutMs?: number;
  /** Exit codes besides 0 that are answers too. */
  answers?: readonly number[];
  onLine?: (line: string) => void;
}

/** Gives what the command prints. Rejects with HostError, which ends in what it said on standard error. */
export async function relayCommand(
  remote: Remote,
  words: readonly string[],
  { answers = [], ...options }: CommandOptions = {},
): Promise<string> {
  const line = words.map(quoted).join(' ');
  const command = `runuser -u ${user} -- env HOME=${state} RELAY_CONFIG=${config} ${current}/bin/relay ${line}`;
  const taken = answers.map((code) => `[ "$code" -eq ${code} ]`).join(' || ');
  const script = `cd ${state}\n${taken === '' ? command : `${command} || { code=$?; ${taken} || exit "$code"; }`}`;
  return remote.run(`relay ${words.join(' ')}`, script, { timeoutMs: COMMAND_MS, ...options });
}

/** The same for a command that prints JSON. */
export async function relayJson<T>(
  remote: Remote,
  words: readonly string[],
  options: CommandOptions = {},
): Promise<T> {
  const said = await relayCommand(remote, [...words, '--json'], options);
  try {
    return JSON.parse(said) as T;
  } catch {
    const start = said.trim().split('\n')[0] ?? '';
    throw new HostError(remote.host.name, `relay ${words.join(' ')}`, 0, `it printed no JSON: ${start}`);
  }
}
