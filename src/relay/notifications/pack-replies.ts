/** An answer to a message that told of packs: what is done about each of its incidents, some at a time. */
import type { Draft } from './draft.ts';
import { begin } from './errands.ts';
import { isSamePack, replace } from './packs.ts';
import type { MessageRow } from './rows.ts';
import type { Act, Pack } from './types.ts';

type Member = MessageRow['members'][number];

/** A message whose packs are meant; `services`: only incidents of these. */
export interface Meant {
  row: MessageRow;
  services?: string[];
}

/** Begins what is done for packs some at a time; gives how many asks that is about, besides those named. */
export function actOnPacks(d: Draft, id: string, act: Act, members: Member[], told: Meant[]): number {
  const except = members.map((one) => one.number);
  let more = 0;
  for (const { row, services } of told) {
    for (const { from, to, severity, count, named } of row.packs ?? []) {
      const only = services === undefined ? {} : { services };
      begin(d, { id, from, to, severity, does: { kind: 'act', act, except, ...only } });
      lookAgain(d, { from, severity });
      more += count - named;
    }
  }
  return more;
}

/** It is told by no further way before the errand has seen to it: its incidents are looked at after that. */
function lookAgain(d: Draft, named: Pick<Pack, 'from' | 'severity'>): void {
  const pack = d.state.packs?.find((one) => isSamePack(one, named));
  if (pack !== undefined) replace(d, pack, { ...pack, look: null, lookedAtMs: null });
}
