/** Groups take turns: one group's storm holds up nobody else. */
import { describe, expect, it } from 'vitest';
import { Turns } from '../../../src/relay/engine/turns.ts';

/** Asks for a turn and notes when it is had. */
function ask(turns: Turns, group: string, name: string, had: string[]): void {
  const turn = turns.take(group);
  if (turn === null) had.push(name);
  else void turn.then(() => had.push(name));
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('turns', () => {
  it('are had at once while there are some', () => {
    const turns = new Turns(2);
    expect([turns.take('db'), turns.take('db')]).toEqual([null, null]);
    expect(turns.take('db')).toBeInstanceOf(Promise);
  });

  it('go to a single alert of another service before the rest of a storm', async () => {
    const turns = new Turns(1);
    const had: string[] = [];
    for (const name of ['storm 1', 'storm 2', 'storm 3', 'storm 4']) ask(turns, 'storm', name, had);
    ask(turns, 'calm', 'calm 1', had);
    for (let given = 0; given < 4; given += 1) {
      turns.give();
      await settled();
    }
    expect(had).toEqual(['storm 1', 'storm 2', 'calm 1', 'storm 3', 'storm 4']);
  });

  it('are none lost and none made when all have been given back', async () => {
    const turns = new Turns(2);
    const had: string[] = [];
    for (const group of ['a', 'b', 'a', 'c', 'b']) ask(turns, group, group, had);
    for (let given = 0; given < 5; given += 1) {
      turns.give();
      await settled();
    }
    expect(had.toSorted()).toEqual(['a', 'a', 'b', 'b', 'c']);
    expect([turns.take('a'), turns.take('a')]).toEqual([null, null]);
    expect(turns.take('a')).not.toBeNull();
  });
});
