/** An escalation policy in one line: `ana, ben 5m > carol 5m, 3 times more, then the catch-all`. */
import { showDuration } from '../../relay/oncall/times.ts';
import type { Policy } from '../../relay/oncall/types.ts';

export function policyLine(policy: Policy): string {
  const levels = policy.levels
    .map((one) => `${one.people.join(', ')} ${showDuration(one.afterMs)}`)
    .join(' > ');
  const again =
    policy.repeat === 0 ? '' : `, repeated ${policy.repeat === 1 ? 'once' : `${policy.repeat} times`}`;
  return `${levels}${again}, then the catch-all`;
}
