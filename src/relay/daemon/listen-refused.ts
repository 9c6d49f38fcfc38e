/** What a door's port that can't be had is told as: by its key in relay.yaml, with who has it. */
import { formatListen } from '../config/listen.ts';
import type { Listen } from '../config/types.ts';
import { portProblem } from '../setup/ports.ts';

/** `work` listens; what it rejects with because of the port says what to do. `key`: as in relay.yaml, such as `http.listen`. */
export async function onPort<T>(key: string, listen: Listen, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isOfListening(error) && !(error instanceof Error && isOfListening(error.cause))) throw error;
    const problem = await portProblem(listen);
    // Given up by whoever had it meanwhile.
    if (problem === null) throw error;
    const cure = problem.denied
      ? 'run relay under systemd (relay init --systemd) or as root, or name a port from 1024 on there'
      : 'stop what is in the way, or name another HOST:PORT there';
    throw new Error(`${key}: ${formatListen(listen)} can't be had, ${problem.error}: ${cure}`, {
      cause: error,
    });
  }
}

const isOfListening = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && ['listen', 'bind'].includes(String(error.syscall));
