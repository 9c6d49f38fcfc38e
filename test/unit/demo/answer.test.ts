import { describe, expect, test } from 'vitest';
import { answerFor } from '../../../src/demo/answer.ts';
import type { Scene } from '../../../src/demo/scene.ts';
import { BEN } from '../../../src/demo/scene.ts';
import { story } from '../../../src/demo/steps.ts';
import { MissedError, Witness } from '../../../src/demo/witness.ts';

const step = story().find((one) => one.answer === true);
if (step === undefined) throw new Error('the story has no answer');

/** A Relay that acknowledges at the text `47a` and otherwise answers how. */
function benTalking() {
  const witness = new Witness();
  witness.record({ kind: 'sms', to: BEN.phone, body: '#1 db: disk full. Reply 47a ack, 47c resolve' });
  const texts: string[] = [];
  const scene: Pick<Scene, 'witness' | 'benTexts'> = {
    witness,
    benTexts: (body) => {
      texts.push(body);
      if (body === '47a') {
        const said = { at: '', kind: 'acknowledged', text: 'acknowledged by ben', actor: BEN.id };
        witness.record({ kind: 'relay', said });
      } else witness.record({ kind: 'sms', to: BEN.phone, body: `Not understood: ${body}` });
      return Promise.resolve();
    },
  };
  return { scene: scene as Scene, texts };
}

const typing = (lines: string[]) => () => ({
  say: () => {},
  ask: () => Promise.resolve(lines.shift() ?? ''),
  askSecret: () => Promise.resolve(''),
  [Symbol.asyncDispose]: () => Promise.resolve(),
});
const told: string[] = [];
const tell = { before: (text: string) => void told.push(text), done: () => {} };

describe("Ben's answer", () => {
  test('goes by itself when nobody sits there', async () => {
    for (const terminal of [null, () => null]) {
      const { scene, texts } = benTalking();
      await answerFor(scene, step, terminal, tell);
      expect(texts).toEqual(['47a']);
    }
  });

  test('is typed, again and again until Relay takes it', async () => {
    const { scene, texts } = benTalking();
    await answerFor(scene, step, typing(['what?', 'hm', '47a']), tell);
    expect(texts).toEqual(['what?', 'hm', '47a']);
    expect(told).toContain("Ben's phone receives: Not understood: hm");
  });

  test('is the usual one at Enter', async () => {
    const { scene, texts } = benTalking();
    await answerFor(scene, step, typing(['']), tell);
    expect(texts).toEqual(['47a']);
  });
});

describe('waiting for what happens', () => {
  test('finds what came already, and what comes later', async () => {
    const witness = new Witness();
    witness.record({ kind: 'taken', response: '250 first' });
    expect(await witness.waitFor((event) => event.kind === 'taken', 0)).toMatchObject({
      response: '250 first',
    });
    const later = witness.waitFor((event) => event.kind === 'mail', 10_000);
    witness.record({ kind: 'mail', to: BEN.email, subject: 'x' });
    expect(await later).toMatchObject({ subject: 'x' });
  });

  test('ends at its deadline, and when all has ended', async () => {
    const witness = new Witness();
    await expect(witness.waitFor(() => false, 0)).rejects.toBeInstanceOf(MissedError);
    const waiting = witness.waitFor(() => false, 10_000);
    witness.end(new Error('the daemon ended'));
    await expect(waiting).rejects.toThrow('the daemon ended');
  });
});
