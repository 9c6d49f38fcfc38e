/** `relay policy show ID` */
import type { PolicyDetailJson } from '../../relay/api/oncall-wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { widthFor } from '../render/layout.ts';
import { renderPolicy } from '../render/policy.ts';
import { styleFor } from '../render/style.ts';
import { hereZone } from './edit-call.ts';
import { show } from './values.ts';

export const quick: QuickCommand = {
  flags: {},
  args: { min: 1, max: 1 },
  async run([id = ''], values, io) {
    const client = await connect(values, io);
    const zone = encodeURIComponent(hereZone());
    const policy = await client.get<PolicyDetailJson>(`/v1/policies/${encodeURIComponent(id)}?zone=${zone}`);
    show(io, values, policy, () => renderPolicy(policy, styleFor(io), widthFor(io)));
    return 0;
  },
};
