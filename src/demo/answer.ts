/** Ben's answer: typed at the terminal until it acknowledges, or sent by itself. */
import type { Terminal } from '../cli/terminal.ts';
import type { Scene } from './scene.ts';
import { BEN } from './scene.ts';
import type { Step } from './steps.ts';
import type { Teller } from './play.ts';
import { MissedError } from './witness.ts';
import type { Happened } from './witness.ts';

const REACTION_MS = 8_000;
const COMMIT_MS = 500;

/** Resolves when an answer has been sent that Relay took, or at once after sending when nobody types. */
export async function answerFor(
  scene: Scene,
  step: Step,
  openTerminal: (() => Terminal | null) | null,
  tell: Teller,
): Promise<void> {
  const page = await scene.witness.waitFor(toBen, REACTION_MS);
  const code =
    page.kind === 'sms' ? /Reply (?<code>\d+)a ack/iu.exec(page.body)?.groups?.['code'] : undefined;
  if (code === undefined) throw new MissedError("Ben's page does not say how to answer");
  const usual = `${code}a`;
  await using terminal = openTerminal?.() ?? null;
  if (terminal === null) {
    tell.before(`Ben answers by SMS: "${usual}".`);
    await scene.benTexts(usual);
    return;
  }
  const heard = new Set<Happened>([page]);
  for (;;) {
    const typed = await terminal.ask(`           You are Ben. Type his answer; Enter sends "${usual}": `);
    await scene.benTexts(typed === '' ? usual : typed);
    // Relay's word on it comes to Ben's phone as one more text, whether it took the answer or not.
    const word = await scene.witness.waitFor(
      (event) => step.happened(event) || (toBen(event) && !heard.has(event)),
      REACTION_MS,
    );
    if (step.happened(word)) return;
    heard.add(word);
    if (word.kind === 'sms') tell.before(`Ben's phone receives: ${word.body}`);
    if (await isTaken(scene, step)) return;
  }
}

/** Relay's text may be quicker than the commit it tells about. */
async function isTaken(scene: Scene, step: Step): Promise<boolean> {
  try {
    await scene.witness.waitFor(step.happened, COMMIT_MS);
    return true;
  } catch (error) {
    if (error instanceof MissedError) return false;
    throw error;
  }
}

const toBen = (event: Happened): boolean => event.kind === 'sms' && event.to === BEN.phone;
