/** Which of the team's rules for alerts send them to a service or a policy by its name. Pure. */
import { RosterError } from './book.ts';
import type { Roster } from './types.ts';

/** What a rule names stays; the rules are changed in the roster file. */
export function refuseWhileRuled(roster: Roster, kind: 'service' | 'policy', id: string): void {
  const rules = (roster.eventRules ?? []).filter(({ set }) => set[kind] === id).map((one) => one.id);
  if (rules.length === 0) return;
  throw new RosterError(
    'conflict',
    `${rules.length === 1 ? 'Rule' : 'Rules'} ${rules.join(', ')} ${rules.length === 1 ? 'sends' : 'send'} alerts to ${kind} ${id}`,
    'Change that in the roster file first: relay roster export > roster.yaml, edit, relay roster apply roster.yaml',
  );
}
