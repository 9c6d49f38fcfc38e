/** What became of something handed in, for people and scripts; the exit code says whether anybody has it. */
import { EXIT } from '../exit.ts';
import type { Io, QuickValues } from '../quick-command.ts';
import { show } from '../quick/values.ts';
import type { HandedIn } from './hand-in.ts';

/** What scripts get where no daemon says what became of it. */
interface AwayJson {
  number: null;
  /** `sent`: somebody took it who doesn't say more; `kept`: it waits on this machine, and nobody has been told. */
  status: 'sent' | 'kept';
  by: string | null;
  file: string | null;
}

/** `sentence`: of a daemon's answer. Resolves with the exit code: nobody has what is kept. */
export function toldOf<T>(
  handed: HandedIn<T>,
  values: QuickValues,
  io: Io,
  sentence: (answer: T) => string,
): number {
  if (handed.how === 'daemon') {
    if (handed.by !== null)
      io.err(`relay: taken by ${handed.by}; the daemon here did not: ${handed.whyNotHere ?? ''}\n`);
    for (const line of handed.left ?? [])
      io.err(
        `relay: kept before, and relay does not take it; tell somebody yourself and remove it: ${line}\n`,
      );
    show(io, values, handed.answer, () => sentence(handed.answer));
    return EXIT.ok;
  }
  const isKept = handed.how === 'kept';
  const json: AwayJson = {
    number: null,
    status: handed.how,
    by: isKept ? null : handed.by,
    file: isKept ? handed.file : null,
  };
  const why = handed.whyNotHere.split('\n').map((line) => `  ${line}\n`);
  io.err(
    isKept
      ? `relay: NOBODY HAS BEEN TOLD: no way to relay worked.\n${why.join('')}  It is kept in ${handed.file} and goes out when the daemon here runs (relay start), or with: relay send --kept\n`
      : `relay: the daemon here did not take it: ${handed.whyNotHere}\n`,
  );
  show(io, values, json, () => (isKept ? 'Kept, not sent.\n' : `Sent by ${json.by}.\n`));
  return isKept ? EXIT.unreachable : EXIT.ok;
}
