/** `relay send TEXT`: an alert by hand, or from a script. */
import { CliError, EXIT } from '../exit.ts';
import { errandOf } from '../hand-in/errand.ts';
import { handIn } from '../hand-in/hand-in.ts';
import { toldOf } from '../hand-in/told.ts';
import type { Io, QuickCommand, QuickValues } from '../quick-command.ts';
import { flagOf, severityOf, show, textOf } from './values.ts';

interface Sent {
  number: number | null;
  status: string;
  dedupKey: string;
}

export const quick: QuickCommand = {
  flags: {
    service: { type: 'string' },
    severity: { type: 'string' },
    key: { type: 'string' },
    resolve: { type: 'boolean' },
    kept: { type: 'boolean' },
  },
  args: { min: 0, max: 1 },
  async run([text], values, io) {
    if (flagOf(values, 'kept')) return sendKept(values, io);
    if ((text ?? '').trim() === '')
      throw new CliError(EXIT.usage, 'What is wrong?', 'Such as: relay send "disk full on db1" --service db');
    const errand = errandOf('/v1/send', {
      text,
      service: textOf(values, 'service'),
      severity: severityOf(values),
      key: textOf(values, 'key'),
      ...(flagOf(values, 'resolve') ? { resolve: true } : {}),
    });
    return toldOf(await handIn<Sent>(errand, values, io), values, io, sentence);
  },
};

/** What earlier commands kept because nobody took it. */
async function sendKept(values: QuickValues, io: Io): Promise<number> {
  const { bringOut } = await import('../hand-in/away.ts');
  const { out, left, refused } = await bringOut(values, io);
  for (const { file, why } of refused)
    io.err(`relay: relay does not take it; tell somebody yourself and remove it: ${file}: ${why}\n`);
  show(io, values, { out, left }, () => `${out} sent, ${left} still kept.\n`);
  return left === 0 ? EXIT.ok : EXIT.unreachable;
}

function sentence({ number, status, dedupKey }: Sent): string {
  if (status === 'queued')
    return `Accepted and queued; its number follows: relay incidents (dedup key: ${dedupKey})\n`;
  if (number === null) return `Nothing open has the dedup key: ${dedupKey}\n`;
  return `#${number} is ${status} (dedup key: ${dedupKey})\n`;
}
