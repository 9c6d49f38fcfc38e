/** Asks one host what it is and has. */
import { PassThrough } from 'node:stream';
import type { Remote } from '../ssh/port.ts';
import { HostError } from '../ssh/port.ts';
import type { Facts } from '../types.ts';
import { factsFrom } from './answer.ts';
import { type Asked, factsScript } from './question.ts';

/** Rejects with HostError. `nowMs`: the admin's clock. */
export async function gatherFacts(
  remote: Remote,
  asked: Asked,
  nowMs: () => number = Date.now,
): Promise<Facts> {
  const answers = new PassThrough();
  let askedAtMs = 0;
  let best = { roundTripMs: Number.POSITIVE_INFINITY, offsetMs: 0 };
  const onLine = (line: string): void => {
    if (line === 'ready') {
      askedAtMs = nowMs();
      answers.write('\n');
    } else if (line.startsWith('clock\t')) {
      const heardAtMs = nowMs();
      const hostMs = Number(line.slice('clock\t'.length)) / 1e6;
      const roundTripMs = heardAtMs - askedAtMs;
      // Theirs was read somewhere between: half way is wrong by half the round trip at most.
      if (roundTripMs < best.roundTripMs) {
        best = { roundTripMs, offsetMs: Math.round(hostMs - (askedAtMs + heardAtMs) / 2) };
      }
    } else if (line === 'end') answers.end();
  };
  const what = 'look at the host';
  try {
    const output = await remote.run(what, factsScript(asked), { stdin: answers, onLine });
    return read(remote, what, output, best.offsetMs);
  } finally {
    answers.destroy();
  }
}

function read(remote: Remote, what: string, output: string, offsetMs: number): Facts {
  try {
    return factsFrom(output, offsetMs);
  } catch (error) {
    throw new HostError(remote.host.name, what, 0, error instanceof Error ? error.message : String(error));
  }
}
