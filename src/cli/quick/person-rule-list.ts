/** `relay person rule list ID` */
import type { PersonDetailJson } from '../../relay/api/oncall-wire.ts';
import { connect } from '../client.ts';
import type { QuickCommand } from '../quick-command.ts';
import { widthFor } from '../render/layout.ts';
import { renderRules } from '../render/notified.ts';
import { styleFor } from '../render/style.ts';
import { show } from './values.ts';

export const quick: QuickCommand = {
  flags: {},
  args: { min: 1, max: 1 },
  async run([id = ''], values, io) {
    const client = await connect(values, io);
    const person = await client.get<PersonDetailJson>(`/v1/people/${encodeURIComponent(id)}`);
    const { rules = [], quiet = null, notified } = person;
    const { rules: words, quiet: quietWords, warnings, zone } = notified;
    const json = { person: id, zone, rules, quiet, words, quietWords, warnings };
    show(io, values, json, () => renderRules(person, styleFor(io), widthFor(io)));
    return 0;
  },
};
