/** `relay send TEXT`: an alert by hand, or from a script. */
import { connect } from '../client.ts';
import { CliError, EXIT } from '../exit.ts';
import type { QuickCommand } from '../quick-command.ts';
import { flagOf, show, textOf } from './values.ts';

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
  },
  args: { min: 1, max: 1 },
  async run([text], values, io) {
    if ((text ?? '').trim() === '')
      throw new CliError(EXIT.usage, 'What is wrong?', 'Such as: relay send "disk full on db1" --service db');
    const client = await connect(values, io);
    const sent = await client.post<Sent>('/v1/send', {
      text,
      service: textOf(values, 'service'),
      severity: textOf(values, 'severity'),
      key: textOf(values, 'key'),
      resolve: flagOf(values, 'resolve'),
    });
    show(io, values, sent, () => sentence(sent));
    return 0;
  },
};

function sentence({ number, status, dedupKey }: Sent): string {
  if (status === 'queued')
    return `Accepted and queued; its number follows: relay incidents (dedup key: ${dedupKey})\n`;
  if (number === null) return `Nothing open has the dedup key: ${dedupKey}\n`;
  return `#${number} is ${status} (dedup key: ${dedupKey})\n`;
}
