/** `relay incident raw N`: the mail or request that an incident came from, as it came. */
import type { RawJson } from '../relay/api/wire.ts';
import { connect } from './client.ts';
import { CliError, EXIT } from './exit.ts';
import type { Io, QuickValues } from './quick-command.ts';
import { flagOf, incidentNumber, show, textOf } from './quick/values.ts';
import { clean, styleFor } from './render/style.ts';
import { when } from './render/when.ts';

/** Bytes as they are, but on a terminal, where control characters would act on it. */
export async function showRaw(
  number: string | undefined,
  values: QuickValues,
  io: Io,
  nowMs: number,
): Promise<number> {
  const event = textOf(values, 'event');
  if (event !== undefined && !/^[1-9]\d{0,8}$/u.test(event))
    throw new CliError(EXIT.usage, `"${event}" is no number of an event.`, 'Which there are: --list');
  const path = `/v1/incidents/${incidentNumber(number)}/raw${event === undefined ? '' : `?event=${event}`}`;
  const client = await connect(values, io);
  const found = await client.get<RawJson>(path);
  if (flagOf(values, 'json') || flagOf(values, 'list')) {
    show(io, values, found, () => listed(found, io, nowMs));
    return EXIT.ok;
  }
  if (found.raw === null) {
    const how = found.read[0]?.source === 'send' ? 'by `relay send`' : 'by a command';
    throw new CliError(EXIT.notFound, `It came ${how}: there is no original.`, 'What it said: --json');
  }
  const bytes = Buffer.from(found.raw, 'base64');
  if (io.tty) io.out(harmless(bytes));
  else if (io.bytes === undefined) io.out(bytes.toString('utf8'));
  else io.bytes(bytes);
  return EXIT.ok;
}

function listed({ events, number }: RawJson, io: Io, nowMs: number): string {
  const style = styleFor(io);
  return events
    .map(
      ({ event, at, text }) =>
        `${style.bold(String(event))}  ${when(Date.parse(at), nowMs)}  ${clean(text)}\n`,
    )
    .concat(`One of them: relay incident raw ${number} --event ${events.length}\n`)
    .join('');
}

/** Line by line, what would act on a terminal shown as what it is: `\x1b`. */
function harmless(bytes: Buffer): string {
  const text = bytes.toString('utf8').replaceAll('\r\n', '\n').toWellFormed();
  const shown = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (one) =>
    one === '\n' || one === '\t' ? one : `\\x${(one.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`,
  );
  return shown.endsWith('\n') ? shown : `${shown}\n`;
}
