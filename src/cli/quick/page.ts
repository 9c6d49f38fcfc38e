/** `relay page PERSON... TEXT`: reaches people without an alert, and on request waits until one of them answers. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IncidentJson } from '../../relay/api/wire.ts';
import { parseDuration } from '../../relay/oncall/times.ts';
import { connect } from '../client.ts';
import { CliError, EXIT } from '../exit.ts';
import { answerTo } from '../page-answer.ts';
import type { QuickCommand } from '../quick-command.ts';
import { actorOf, flagOf, textOf } from './values.ts';

interface Paged {
  incident: IncidentJson | null;
  people: string[];
  request: string;
  text: string;
}

const ANSWER_WAIT_MS = 30 * 60_000;

/** With --json: the incident's number, whom it pages, and with --wait who has answered. */
export const quick: QuickCommand = {
  flags: {
    service: { type: 'string' },
    severity: { type: 'string' },
    request: { type: 'string' },
    wait: { type: 'boolean' },
    timeout: { type: 'string' },
    as: { type: 'string' },
  },
  args: { min: 2, max: 20 },
  async run(args, values, io) {
    const timeout = textOf(values, 'timeout');
    const waitMs = timeout === undefined ? ANSWER_WAIT_MS : parseDuration(timeout);
    const request = textOf(values, 'request') ?? randomUUID();
    if ((args.at(-1) ?? '').trim() === '')
      throw new CliError(EXIT.usage, 'What are they to be told?', 'Such as: relay page ana "please call me"');
    const client = await connect(values, io);
    const body = {
      to: args.slice(0, -1),
      text: args.at(-1),
      service: textOf(values, 'service'),
      severity: textOf(values, 'severity'),
      request,
      as: actorOf(values, io.env),
    };
    const ask = (): Promise<Paged> => client.post<Paged>('/v1/page', body);
    const isJson = flagOf(values, 'json');
    const paged = await ask().catch((error: unknown) => {
      throw repeatable(unquoted(error, args), request);
    });
    if (!isJson) io.out(`${paged.text}\n`);
    const { people } = paged;
    if (!flagOf(values, 'wait')) {
      if (isJson)
        io.out(`${JSON.stringify({ number: paged.incident?.number ?? null, ...paged }, null, 2)}\n`);
      return EXIT.ok;
    }
    if (!isJson) io.err(`Waiting for an answer (Ctrl-C ends the wait, not the page) ...\n`);
    const answer = await answerTo(paged.incident, {
      ask: async () => (await ask()).incident,
      show: (number) => client.get(`/v1/incidents/${number}`),
      sleep: (delayMs) => sleep(delayMs),
      nowMs: () => performance.now(),
      waitMs,
    });
    if (isJson) io.out(`${JSON.stringify({ ...answer, people, request }, null, 2)}\n`);
    else if (answer.answered) io.out(`${answer.text}\n`);
    else io.err(`${answer.text}\n`);
    return answer.answered ? EXIT.ok : EXIT.failed;
  },
};

/** `relay page ana please call me`: a word of the text was taken for somebody. */
function unquoted(error: unknown, args: readonly string[]): unknown {
  if (!(error instanceof CliError) || error.exit !== EXIT.notFound || args.length < 3) return error;
  const hint = 'What they are to be told stands last, in quotes: relay page ana "please call me"';
  return new CliError(error.exit, error.message, [error.cure, hint].filter(Boolean).join('\n  '));
}

/** An answer that was lost doesn't say whether it was taken: the same request pages nobody twice. */
function repeatable(error: unknown, request: string): unknown {
  if (!(error instanceof CliError) || (error.exit !== EXIT.failed && error.exit !== EXIT.unreachable)) {
    return error;
  }
  const again = `The same page again, and it pages nobody twice: add --request ${request}`;
  return new CliError(error.exit, error.message, [error.cure, again].filter(Boolean).join('\n  '));
}
