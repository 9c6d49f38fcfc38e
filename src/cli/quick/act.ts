/** What `relay ack` and `relay resolve` share: each number is tried, and the first failure decides the exit code. */
import type { IncidentJson } from '../../relay/api/wire.ts';
import { connect } from '../client.ts';
import { CliError, EXIT } from '../exit.ts';
import type { QuickCommand } from '../quick-command.ts';
import { actorOf, flagOf, incidentNumber, textOf } from './values.ts';

interface Acted {
  incident: IncidentJson;
  text: string;
}

/** With --json: the incident as it is then with `text`; a list of these for several numbers, --service and --all. */
export function actCommand(action: 'ack' | 'resolve'): QuickCommand {
  return {
    flags: {
      as: { type: 'string' },
      service: { type: 'string' },
      all: { type: 'boolean' },
      yes: { type: 'boolean' },
    },
    args: { min: 0, max: 1000 },
    async run(args, values, io) {
      if (flagOf(values, 'all') || textOf(values, 'service') !== undefined) {
        if (args.length > 0) throw several(action);
        const [{ actOnMany }, { confirmed }] = await Promise.all([
          import('../act-many.ts'),
          import('../terminal.ts'),
        ]);
        const client = await connect(values, io);
        return actOnMany(action, client, values, io, { confirm: confirmed, nowMs: () => performance.now() });
      }
      if (args.length === 0) throw none(action);
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

const none = (action: string): CliError =>
  new CliError(
    EXIT.usage,
    'Which incidents?',
    `relay ${action} 12, or all of a service: relay ${action} --service db, or everything: relay ${action} --all`,
  );

const several = (action: string): CliError =>
  new CliError(
    EXIT.usage,
    'Give numbers, or --service or --all, not both.',
    `relay ${action} 12 13, or relay ${action} --service db`,
  );
