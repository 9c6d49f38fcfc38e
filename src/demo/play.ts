/** Plays the story: each step told with the seconds since the start, and at the end the incident's own timeline. */
import { CliError, EXIT } from '../cli/exit.ts';
import type { Io } from '../cli/quick-command.ts';
import { renderIncident } from '../cli/render/incident.ts';
import { clean, styleFor } from '../cli/render/style.ts';
import type { Style } from '../cli/render/style.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { IncidentDetailJson, IncidentJson } from '../relay/api/wire.ts';
import { answerFor } from './answer.ts';
import type { Scene } from './scene.ts';
import { openScene } from './scene.ts';
import { story } from './steps.ts';
import type { Step } from './steps.ts';
import { MissedError } from './witness.ts';

export interface PlayOptions {
  io: Io;
  /** Opens the terminal for typing Ben's answer; null: it is sent by itself. */
  openTerminal: (() => Terminal | null) | null;
  /** Ends it all early (Ctrl-C). */
  signal: AbortSignal;
}

/** Rejects with CliError naming the step that did not happen. Everything is ended and removed when it settles. */
export async function playDemo(options: PlayOptions): Promise<void> {
  const { io, signal } = options;
  const startedMs = performance.now();
  const style = styleFor(io);
  const tell = teller(io, style, startedMs);
  io.out('Relay is started on SQLite in a temporary folder, with a stand-in phone network and mailbox.\n\n');
  const scene = await openScene();
  const stop = (): void => scene.witness.end(new CliError(EXIT.failed, 'the demo was stopped'));
  signal.addEventListener('abort', stop);
  try {
    if (signal.aborted) stop();
    tell.done('The daemon is up', `its files are in ${scene.dir}`);
    for (const step of story()) await play(step, scene, options, tell);
    await showTimeline(scene, io, style);
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
    io.out(`\nAll of it happened, in ${seconds} s. Your own: relay init\n`);
  } finally {
    signal.removeEventListener('abort', stop);
    await scene.close();
  }
}

/** A question that waits for somebody to type ends with the demo: else nothing would be cleaned up. */
function closedBy({ openTerminal, signal }: PlayOptions): (() => Terminal | null) | null {
  if (openTerminal === null) return null;
  return () => {
    const terminal = openTerminal();
    signal.addEventListener('abort', () => void terminal?.[Symbol.asyncDispose](), { once: true });
    return terminal;
  };
}

async function play(step: Step, scene: Scene, options: PlayOptions, tell: Teller): Promise<void> {
  if (step.before !== undefined) tell.before(step.before);
  try {
    await step.act?.(scene);
    if (step.answer === true) await answerFor(scene, step, closedBy(options), tell);
    tell.done(step.title, step.show(await scene.witness.waitFor(step.happened, step.deadlineMs)));
  } catch (error) {
    if (options.signal.aborted) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const log =
      error instanceof MissedError ? `\nThe daemon's last lines:\n${scene.lastLogLines().join('\n')}` : '';
    throw new CliError(EXIT.failed, `this step did not happen: ${step.title} (${why})${log}`);
  }
}

async function showTimeline(scene: Scene, io: Io, style: Style): Promise<void> {
  const [incident] = await scene.client.get<IncidentJson[]>('/v1/incidents?all=1');
  if (incident === undefined)
    throw new CliError(EXIT.failed, 'this step did not happen: the incident is listed');
  const detail = await scene.client.get<IncidentDetailJson>(`/v1/incidents/${incident.number}`);
  if (detail.status !== 'resolved') {
    throw new CliError(
      EXIT.failed,
      `this step did not happen: the incident is resolved (it is ${detail.status})`,
    );
  }
  io.out(`\n${style.dim(`$ relay incident show ${incident.number}`)}\n`);
  io.out(renderIncident(detail, style, io.tty ? io.columns : null, Date.now()));
}

export interface Teller {
  /** What is about to be done. */
  before(text: string): void;
  /** What has happened, with the seconds since the start. */
  done(title: string, detail: string): void;
}

function teller(io: Io, style: Style, startedMs: number): Teller {
  const indent = ' '.repeat(11);
  return {
    before: (text) => io.out(`${indent}${style.dim(text)}\n`),
    done: (title, detail) => {
      const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1).padStart(5);
      io.out(`${style.dim(`${seconds} s`)}  ${style.green('✓')} ${style.bold(title)}\n`);
      for (const line of detail.split('\n')) io.out(`${indent}${clean(line)}\n`);
    },
  };
}
