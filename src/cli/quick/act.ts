/** What `relay ack` and `relay resolve` share: each number is tried, and the first failure decides the exit code. */
import type { IncidentJson } from '../../relay/api/wire.ts';
import { connect } from '../client.ts';
import { CliError } from '../exit.ts';
import type { QuickCommand } from '../quick-command.ts';
import { actorOf, flagOf, incidentNumber } from './values.ts';

interface Acted {
  incident: IncidentJson;
  text: string;
}

/** With --json: the incident as it is then with `text`; a list of these for several numbers. */
export function actCommand(action: 'ack' | 'resolve'): QuickCommand {
  return {
    flags: { as: { type: 'string' } },
    args: { min: 1, max: 1000 },
    async run(args, values, io) {
      const numbers = args.map(incidentNumber);
      const actor = actorOf(values, io.env);
      const client = await connect(values, io);
      const done: (IncidentJson & { text: string })[] = [];
      let failure: CliError | null = null;
      for (const number of numbers) {
        try {
          const { incident, text } = await client.post<Acted>(`/v1/incidents/${number}/${action}`, {
            as: actor,
          });
          done.push({ ...incident, text });
          if (!flagOf(values, 'json')) io.out(`${text}\n`);
        } catch (error) {
          if (!(error instanceof CliError) || numbers.length === 1) throw error;
          io.err(`${error.message}\n`);
          failure ??= error;
        }
      }
      if (flagOf(values, 'json')) {
        io.out(`${JSON.stringify(numbers.length === 1 ? done[0] : done, null, 2)}\n`);
      }
      return failure === null ? 0 : failure.exit;
    },
  };
}
