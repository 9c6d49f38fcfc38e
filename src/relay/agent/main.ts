/** The agent's process: `relay metrics-agent` becomes it, with the configuration that it has read as its argument. */
import type { AgentConfig } from '../config/types.ts';
import { systemClock } from '../daemon/system.ts';
import type { Log } from '../engine/ports.ts';
import { Agent } from './agent.ts';
import { HostNumbers } from './host-numbers.ts';

process.title = 'relay-metrics';
const config = JSON.parse(process.argv[2] ?? '') as AgentConfig;

/** The lines are few, and hold no secrets: the daemon's logger would be a tenth of this process. */
const say =
  (level: string) =>
  ({ err, ...fields }: Record<string, unknown>, msg: string): void => {
    const error = err instanceof Error ? { error: err.message } : {};
    const line = { level, time: new Date(systemClock.wallMs()).toISOString(), ...fields, ...error, msg };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
const log: Log = { info: say('info'), warn: say('warn'), error: say('error') };
const agent = new Agent({ config, host: new HostNumbers(), clock: systemClock, log });

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => void agent.stop().then(() => process.exit(0)));

try {
  const port = await agent.start();
  log.info({ metrics: `http://${config.listen.host}:${port}/metrics` }, 'the numbers of this host are told');
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  process.stderr.write(`relay: ${why}; see listen in ${config.path}\n`);
  process.exit(1);
}
