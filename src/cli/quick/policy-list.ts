/** `relay policy list` */
import type { PolicyJson } from '../../relay/api/oncall-wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { table, widthFor } from '../render/layout.ts';
import { policyLine } from '../render/policy.ts';
import { styleFor } from '../render/style.ts';
import { show } from './values.ts';

export const quick: QuickCommand = {
  flags: {},
  args: { min: 0, max: 0 },
  async run(_args, values, io) {
    const client = await connect(values, io);
    const policies = await client.get<PolicyJson[]>('/v1/policies');
    show(io, values, policies, () => {
      const style = styleFor(io);
      const head = ['POLICY', 'WHO IS TOLD'].map((text) => ({ text, style: style.dim }));
      const rows = policies.map((one) => [{ text: one.id, style: style.bold }, policyLine(one)]);
      return table([head, ...rows], widthFor(io));
    });
    return 0;
  },
};
