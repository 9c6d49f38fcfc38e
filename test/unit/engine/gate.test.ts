import { describe, expect, it } from 'vitest';
import { Gate } from '../../../src/relay/engine/gate.ts';
import { calm } from './calm.ts';

describe('the gate', () => {
  it('lets everything through while there is a quorum, nothing without, and first what was paged alone', async () => {
    const gate = new Gate();
    const through: string[] = [];
    const go = (id: string): void => {
      const waiting = gate.pass(id);
      if (waiting === null) through.push(id);
      else void waiting.then(() => through.push(id));
    };
    go('before');
    expect(through).toEqual(['before']);
    gate.close();
    expect(gate.isClosed).toBe(true);
    go('paged alone');
    go('other');
    await calm();
    expect(through).toEqual(['before']);
    gate.drain(new Set(['paged alone', 'later']));
    expect(gate.isClosed).toBe(false);
    go('later');
    go('new');
    await calm();
    expect(through).toEqual(['before', 'later', 'paged alone']);
    gate.open();
    await calm();
    expect(through).toEqual(['before', 'later', 'paged alone', 'other', 'new']);
  });
});
