/** `relay message show ana.47`: one message, its text, and what became of it. */
import type { MessageDetailJson } from '../../relay/api/wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { widthFor } from '../render/layout.ts';
import { renderMessage } from '../render/messages.ts';
import { styleFor } from '../render/style.ts';
import { show } from './values.ts';

export const quick: QuickCommand = {
  flags: {},
  args: { min: 1, max: 1 },
  async run([id = ''], values, io) {
    const client = await connect(values, io);
    const message = await client.get<MessageDetailJson>(`/v1/messages/${encodeURIComponent(id)}`);
    show(io, values, message, () => renderMessage(message, styleFor(io), widthFor(io), Date.now()));
    return 0;
  },
};
