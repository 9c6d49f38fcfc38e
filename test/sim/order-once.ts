/** S2 for orders: each that was accepted is carried out once at most, and a note on what is still there exactly once. */
import type { Envelope } from '../../src/relay/engine/envelope.ts';
import type { Input, Order } from '../../src/relay/events/types.ts';
import { TIMELINE, timelinePrefix, type TimelineRow } from '../../src/relay/incidents/rows.ts';
import type { LineageState } from '../../src/relay/incidents/types.ts';
import type { MemoryDisk } from './memory-disk.ts';

type Ordered = Extract<Input, { kind: 'order' }>;

/** The line that an order leaves when it changes something, by its kind and how it begins. */
function lineOf(order: Order): { kind: string; start: string } {
  switch (order.verb) {
    case 'snooze':
      return { kind: 'acknowledged', start: `snoozed until ${order.until} by root` };
    case 'reassign':
      return 'person' in order
        ? { kind: 'reassigned', start: `reassigned to ${order.person} by root` }
        : { kind: 'reassigned', start: `reassigned to policy ${order.policy} by root` };
    case 'escalate':
      return { kind: 'escalate', start: 'escalated by root' };
    case 'note':
      return { kind: 'note', start: order.text };
    case 'handoff':
      return {
        kind: 'handover',
        start: `handed over from ${order.from} to ${order.to} at the handoff of rotation ${order.rotation}`,
      };
  }
}

export function ordersOnce(disk: MemoryDisk, fail: (invariant: string, text: string) => void): void {
  const asked = new Map<string, { ordered: Ordered; times: number }>();
  for (const { inputJson } of disk.journal.values()) {
    const input = JSON.parse(inputJson) as Input;
    if (input.kind !== 'order') continue;
    const { kind, start } = lineOf(input.order);
    const key = `${input.number} ${kind} ${start}`;
    asked.set(key, { ordered: input, times: (asked.get(key)?.times ?? 0) + 1 });
  }
  for (const { ordered, times } of asked.values()) {
    const { number, lineage, order } = ordered;
    const { kind, start } = lineOf(order);
    const kept = disk.aggregates.get(lineage);
    const prefix = timelinePrefix(number);
    const lines = [...(kept?.rows.get(TIMELINE) ?? [])].filter(([key, json]) => {
      const line = JSON.parse(json) as TimelineRow;
      return key.startsWith(prefix) && line.kind === kind && line.text.startsWith(start);
    });
    const what = `#${number}: an order to ${order.verb}, given ${times} times, was carried out ${lines.length} times`;
    if (lines.length > times) fail('S2', what);
    const { domain } = JSON.parse(kept?.stateJson ?? 'null') as Envelope<LineageState>;
    if (order.verb === 'note' && domain.incident?.number === number && lines.length < times) fail('S2', what);
  }
}
