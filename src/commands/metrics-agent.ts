/** `relay metrics-agent`: this process becomes the agent that tells of the host (src/relay/agent/). */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, Flags } from '@oclif/core';

/** It has little to do every ten seconds: V8's compilers would cost more memory than they save time (56 MB to 65). */
const LEAN = ['--max-semi-space-size=1', '--no-opt', '--no-maglev', '--no-sparkplug'];

export default class MetricsAgent extends Command {
  /** For relay-metrics.service. */
  static override hidden = true;
  static override summary =
    'Tell the numbers of this host, its HAProxy and its Cassandra, in the foreground.';
  static override description =
    `To a StatsD server, and to Prometheus. It is a process of its own, so that the host's \
numbers go on when the daemon is dead. An installed release runs it under systemd: systemctl start relay-metrics.`;
  static override examples = [
    '<%= config.bin %> metrics-agent',
    '<%= config.bin %> metrics-agent --config metrics.yaml',
  ];
  static override flags = {
    config: Flags.string({
      description: 'Its configuration; config/metrics.yaml shows what it may hold.',
      default: '/etc/relay/metrics.yaml',
      helpValue: 'FILE',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(MetricsAgent);
    const file = ['main.ts', 'main.js']
      .map((name) => join(import.meta.dirname, '../relay/agent', name))
      .find((path) => existsSync(path));
    if (file === undefined)
      throw new Error('the agent is missing from this installation: install relay again');
    const { loadAgentConfig } = await import('../relay/config/agent.ts');
    const config = await loadAgentConfig(resolve(flags.config));
    if (process.execve === undefined)
      throw new Error('this system has no execve: run relay on Linux or macOS');
    // What has read the configuration, and weighs more than the agent, goes.
    const args = [process.execPath, ...process.execArgv, ...LEAN, file, JSON.stringify(config)];
    process.execve(process.execPath, args, process.env);
  }
}
