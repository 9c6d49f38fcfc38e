/** `relay test PERSON`: pages for real on every channel, and shows what becomes of each message. */
import type { HappeningJson } from '../../relay/api/wire.ts';
import { parseDuration } from '../../relay/oncall/times.ts';
import { connect } from '../client.ts';
import { EXIT } from '../exit.ts';
import type { Io, QuickCommand } from '../quick-command.ts';
import { renderHappening } from '../render/happening.ts';
import { widthFor } from '../render/layout.ts';
import { styleFor } from '../render/style.ts';
import { TestWatch } from '../test-watch.ts';
import type { TestMessage, Testing } from '../test-watch.ts';
import { actorOf, flagOf, textOf } from './values.ts';

/** In doubt, a message is settled within about half a minute; then the channels are given up on. */
const CHANNELS_WAIT_MS = 60_000;
const ANSWER_WAIT_MS = 5 * 60_000;
/** Nobody should wonder for longer whether anything is going on. */
const HUSH_MS = 3_000;

export const quick: QuickCommand = {
  flags: { wait: { type: 'boolean' }, timeout: { type: 'string' }, as: { type: 'string' } },
  args: { min: 1, max: 1 },
  async run([person = ''], values, io) {
    const json = flagOf(values, 'json');
    const mustAnswer = flagOf(values, 'wait');
    const waits = mustAnswer || (io.tty && !json);
    const timeout = textOf(values, 'timeout');
    const answerWaitMs = timeout === undefined ? ANSWER_WAIT_MS : parseDuration(timeout);
    const client = await connect(values, io);
    const stop = new AbortController();
    const interrupt = (): void => stop.abort();
    process.once('SIGINT', interrupt);
    let timer = setTimeout(interrupt, CHANNELS_WAIT_MS);
    let hush: NodeJS.Timeout | undefined;
    try {
      // The feed is open before the test starts, so that nothing of it can be missed.
      const path = `/v1/tail?person=${encodeURIComponent(person)}`;
      const feed = await client.stream<HappeningJson>(path, stop.signal);
      const testing = await client.post<Testing>(`/v1/people/${encodeURIComponent(person)}/test`, {
        as: actorOf(values, io.env),
      });
      const watch = new TestWatch(testing);
      // An answer that can't come is not waited for.
      const staysOn = waits && testing.noAnswer === undefined;
      if (!json) io.out(startText(person, testing));
      let isWaiting = false;
      if (!json) hush = setTimeout(() => io.err(waitingFor(watch)), HUSH_MS);
      for await (const one of feed) {
        if (!watch.take(one)) continue;
        if (!json) io.out(renderHappening(one, styleFor(io), widthFor(io), Date.now()));
        if (watch.settled) clearTimeout(hush);
        if (watch.answered || (watch.settled && (!staysOn || !watch.accepted))) break;
        if (watch.settled && !isWaiting) {
          isWaiting = true;
          clearTimeout(timer);
          timer = setTimeout(interrupt, answerWaitMs);
          if (!json) io.out(`Waiting for ${person} to answer (Ctrl-C ends the wait) ...\n`);
        }
      }
      tell(io, json, person, watch, testing.noAnswer);
      return watch.accepted && (!mustAnswer || watch.answered) ? EXIT.ok : EXIT.failed;
    } finally {
      clearTimeout(timer);
      clearTimeout(hush);
      process.off('SIGINT', interrupt);
      stop.abort();
    }
  },
};

function startText(person: string, testing: Testing): string {
  const ways = testing.expect.map((one) => `${one.channel} ${one.to}`).join(', ');
  const skipped = testing.skipped.map((one) => `Not on ${one.channel} ${one.to}: ${one.why}\n`).join('');
  return `Paging ${person} on ${ways}\n${skipped}`;
}

function waitingFor(watch: TestWatch): string {
  const open = watch.messages.filter(isOpen).map((one) => one.channel);
  const what = open.length === 0 ? 'the messages' : [...new Set(open)].join(', ');
  return `Waiting for word of ${what}, a minute at most (Ctrl-C ends the wait) ...\n`;
}

function tell(io: Io, json: boolean, person: string, watch: TestWatch, noAnswer: string | undefined): void {
  if (json) {
    const { messages, answered } = watch;
    const why = noAnswer === undefined ? {} : { noAnswer };
    io.out(`${JSON.stringify({ person, answered, ...why, messages }, null, 2)}\n`);
    return;
  }
  if (!watch.accepted) io.err(`No channel has taken the message to ${person}.\n`);
  for (const message of watch.messages.filter(isOpen)) {
    io.err(`${message.channel}: still ${message.status}; follow it with: relay tail --person ${person}\n`);
  }
  if (watch.missing > 0) io.err(`${watch.missing} expected message(s) did not come up: relay status\n`);
  if (watch.answered) io.out(`${person} has answered.\n`);
  else if (noAnswer !== undefined) io.out(`No answer is waited for: ${noAnswer}\n`);
  else if (watch.accepted) io.out('Not answered (yet).\n');
}

const isOpen = (message: TestMessage): boolean =>
  message.status === 'claimed' || message.status === 'unknown';
