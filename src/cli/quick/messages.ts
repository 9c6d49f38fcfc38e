/** `relay messages`: what was sent to people, newest first, each with its whole life. */
import type { MessageDetailJson } from '../../relay/api/wire.ts';
import { connect } from '../client.ts';
import { CliError, EXIT } from '../exit.ts';
import type { QuickCommand } from '../quick-command.ts';
import { widthFor } from '../render/layout.ts';
import { renderMessages } from '../render/messages.ts';
import { styleFor } from '../render/style.ts';
import { incidentNumber, show, textOf } from './values.ts';

const MOST = 500;

export const quick: QuickCommand = {
  flags: { person: { type: 'string' }, incident: { type: 'string' }, limit: { type: 'string' } },
  args: { min: 0, max: 0 },
  async run(_args, values, io) {
    const [person, incident, limit] = ['person', 'incident', 'limit'].map((name) => textOf(values, name));
    const query = new URLSearchParams();
    if (person !== undefined) query.set('person', person);
    if (incident !== undefined) query.set('incident', String(incidentNumber(incident)));
    if (limit !== undefined) query.set('limit', String(limitOf(limit)));
    const client = await connect(values, io);
    const messages = await client.get<MessageDetailJson[]>(`/v1/messages?${query.toString()}`);
    show(io, values, messages, () => {
      if (messages.length === 0) return 'No messages.\n';
      return renderMessages(messages, styleFor(io), widthFor(io), Date.now());
    });
    return 0;
  },
};

function limitOf(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MOST) {
    throw new CliError(EXIT.usage, `"${text}" is no number from 1 to ${MOST}.`, 'Such as --limit 50.');
  }
  return limit;
}
