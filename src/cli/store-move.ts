/** `relay store move`: asks the daemon to move everything, and tells how it goes until the daemon is up on the new store. */
import type { MoveJson, StoreJson } from '../relay/api/wire.ts';
import { connect } from './client.ts';
import type { Client } from './client.ts';
import { CliError, EXIT } from './exit.ts';
import type { Io, QuickValues } from './quick-command.ts';

const ASK_EVERY_MS = 500;
/** Starting again takes a second or two; a target that is slow, longer. */
const BACK_WITHIN_MS = 120_000;

const SAYS: Record<MoveJson['state'], string> = {
  preparing: 'looking at both stores; nothing is changed yet',
  stopping: 'alerts go to the disk now, pages wait; what is under way ends',
  copying: 'copying everything',
  checking: 'reading the copy back and comparing',
  sealing: 'sealing the old store',
  starting: 'everything has moved; the daemon starts again on the new store',
  failed: 'it ended; the daemon goes on with the old store',
};

export interface Waiting {
  sleep(delayMs: number): Promise<void>;
  nowMs(): number;
}

/** The exit code. Rejects with CliError, saying what to do. */
export async function moveStore(
  to: StoreJson['kind'],
  values: QuickValues,
  io: Io,
  waiting: Waiting,
): Promise<number> {
  const client = await connect(values, io);
  let told = '';
  const tell = (move: MoveJson): void => {
    const text = SAYS[move.state];
    if (text !== told) io.err(`relay: ${text}\n`);
    told = text;
  };
  let state = await client.post<StoreJson>('/v1/store/move', { to });
  let leftAtMs: number | null = null;
  for (;;) {
    const { move } = state;
    if (state.kind === to && move === null) break;
    if (move === null) {
      throw new CliError(
        EXIT.failed,
        `The daemon was started anew before everything had moved; it works with ${state.store}.`,
        'Start the move again.',
      );
    }
    tell(move);
    if (move.state === 'failed') {
      throw new CliError(EXIT.failed, `Nothing has moved: ${move.error ?? 'the daemon does not say why'}`);
    }
    await waiting.sleep(ASK_EVERY_MS);
    const next = await ask(client);
    if (next !== null) {
      leftAtMs = null;
      state = next;
      continue;
    }
    leftAtMs ??= waiting.nowMs();
    if (waiting.nowMs() - leftAtMs > BACK_WITHIN_MS) {
      throw new CliError(
        EXIT.unreachable,
        'The daemon has not come back. Once started, it goes on where it was: nothing is lost.',
        'Look at its log, then start it: relay start (installed: systemctl start relay).',
      );
    }
  }
  io.out(
    values['json'] === true
      ? `${JSON.stringify(state, null, 2)}\n`
      : `Everything is in ${state.store} now; the daemon works with it.\n`,
  );
  return EXIT.ok;
}

/** Null while the daemon doesn't answer. */
async function ask(client: Client): Promise<StoreJson | null> {
  try {
    return await client.get<StoreJson>('/v1/store');
  } catch (error) {
    // Among them an answer that broke off because the daemon was ending.
    if (error instanceof CliError && error.exit !== EXIT.usage && error.exit !== EXIT.notFound) return null;
    throw error;
  }
}

/** Gives up the move that is under way. */
export async function abortMove(values: QuickValues, io: Io): Promise<number> {
  const client = await connect(values, io);
  const state = await client.post<StoreJson>('/v1/store/move/abort', {});
  io.out(
    values['json'] === true
      ? `${JSON.stringify(state, null, 2)}\n`
      : `The move is given up; the daemon goes on with ${state.store}. Name that one in relay.yaml again.\n`,
  );
  return EXIT.ok;
}
