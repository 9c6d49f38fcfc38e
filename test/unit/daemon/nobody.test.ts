import { describe, expect, it } from 'vitest';
import { CommitWatch } from '../../../src/relay/daemon/commit-watch.ts';
import type { LineageInput } from '../../../src/relay/engine/effects.ts';
import { newLineage, step } from '../../../src/relay/incidents/machine.ts';
import { noMetrics } from '../../../src/relay/observe/metrics.ts';
import type { Duty } from '../../../src/relay/oncall/types.ts';
import { ack, DUTY, event, begin } from '../incidents/conversation.ts';

/** Incidents as they happen, and what stands on the problem board because of them. */
function watching(duty: Duty) {
  const standing = new Map<string, { text: string; cure: string }>();
  const watch = new CommitWatch(noMetrics, {
    raise: (id, text, cure) => void standing.set(id, { text, cure }),
    clear: (id) => void standing.delete(id),
  });
  const lineage = (number: number) => {
    let state = newLineage('db', `disk ${number}`);
    return (input: LineageInput): void => {
      const stepped = step(state, input, { nowMs: 1_000, duty, nextNumber: number });
      state = stepped.state;
      watch.committed(stepped.effects, 1_000);
    };
  };
  return { standing, lineage };
}

const trigger = (): LineageInput => event(begin(), 'trigger');

describe('an incident that reaches nobody', () => {
  const alone: Duty = { ...DUTY, levels: [], catchAll: ['ana'] };
  const unreachable = (number: number): LineageInput => ({
    kind: 'unreachable',
    id: 'u1',
    lineage: 'i:db/disk',
    number,
    counter: 1,
    person: 'ana',
    why: 'sms failed',
  });

  it('is a problem of its own until somebody answers', () => {
    const { standing, lineage } = watching(alone);
    const take = lineage(7);
    take(trigger());
    expect(standing.size).toBe(0);
    take(unreachable(7));
    expect(standing.get('nobody')?.text).toContain('#7');
    expect(standing.get('nobody')?.cure).toContain('relay incident show 7');
    take({ ...ack('ana'), number: 7 } as LineageInput);
    expect(standing.size).toBe(0);
  });

  it('is one also when there is nobody left to tell, and is over when the monitor resolves it', () => {
    const { standing, lineage } = watching({ ...alone, catchAll: [] });
    const talk = begin();
    const take = lineage(8);
    take(event(talk, 'trigger'));
    expect(standing.get('nobody')?.text).toContain('#8');
    take(event(talk, 'resolve'));
    expect(standing.size).toBe(0);
  });

  it('shares one problem with the others, however many there are', () => {
    const { standing, lineage } = watching({ ...alone, catchAll: [] });
    const talk = begin();
    const takes = Array.from({ length: 12 }, (_, index) => lineage(index + 1));
    for (const take of takes) take(event(talk, 'trigger'));
    expect(standing.size).toBe(1);
    expect(standing.get('nobody')?.text).toContain('#1, #2, #3, #4, #5 and 7 more');
    for (const take of takes.slice(0, 11)) take(event(talk, 'resolve'));
    expect(standing.get('nobody')?.text).toContain('#12');
    takes.at(-1)?.(event(talk, 'resolve'));
    expect(standing.size).toBe(0);
  });
});
