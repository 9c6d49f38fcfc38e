/** `relay roster export | history`: the roster as it is and as it was. */
import type { RosterTextJson, RosterVersionJson } from '../../relay/api/roster-wire.ts';
import { connect } from '../client.ts';
import { EXIT } from '../exit.ts';
import type { Io, QuickValues } from '../quick-command.ts';
import { flagOf, show, textOf } from '../quick/values.ts';
import { clean, styleFor } from '../render/style.ts';
import { when } from '../render/when.ts';

/** The text on standard output; what could not be kept of it, and what it doesn't say, on standard error. */
export async function exportRoster(values: QuickValues, io: Io): Promise<number> {
  const client = await connect(values, io);
  const exported = await client.get<RosterTextJson>(
    `/v1/roster/file${flagOf(values, 'full') ? '?full=1' : ''}`,
  );
  if (flagOf(values, 'json')) {
    io.out(`${JSON.stringify(exported, null, 2)}\n`);
    return EXIT.ok;
  }
  io.out(exported.text);
  for (const { line, text } of exported.lost)
    io.err(`relay: the comment in line ${line} could not be kept: ${clean(text)}\n`);
  if (exported.without.length > 0) {
    const list = exported.without.join(', ');
    io.err(
      `relay: the text leaves out ${list}, as the one that was applied did; with them: relay roster export --full\n`,
    );
  }
  if (!/^# *version:/mu.test(exported.text)) {
    io.err(
      `relay: this is version ${exported.version}; to have an edit refused when there is a later one: --base ${exported.version}\n`,
    );
  }
  return EXIT.ok;
}

/** The newest versions: when, by whom, what changed. */
export async function rosterHistory(values: QuickValues, io: Io): Promise<number> {
  const limit = textOf(values, 'limit') ?? '20';
  const client = await connect(values, io);
  const versions = await client.get<RosterVersionJson[]>(`/v1/roster/history?limit=${limit}`);
  show(io, values, versions, () => {
    const style = styleFor(io);
    const nowMs = Date.now();
    return versions
      .map(({ version, at, by, changes }) => {
        const head = `${style.bold(`version ${version}`)}  ${when(Date.parse(at), nowMs)}  by ${clean(by)}\n`;
        const said =
          changes === null
            ? ['what changed is no longer known']
            : changes.length === 0
              ? ['only the text: comments or layout']
              : changes;
        return head + said.map((line) => `  ${clean(line)}\n`).join('');
      })
      .join('');
  });
  return EXIT.ok;
}
