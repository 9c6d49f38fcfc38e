/**
 * `relay start`: this process becomes the daemon, so that signals, systemd and the terminal deal with the daemon itself
 * and the command never imports it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Flags } from '@oclif/core';

export default class Start extends Command {
  static override summary = 'Run the daemon in the foreground.';
  static override description =
    `SIGHUP reads the configuration again and keeps the old one if the new one is wrong; SIGTERM and Ctrl-C end it \
within 30 s. An installed release runs under systemd: systemctl start relay.`;
  static override examples = [
    '<%= config.bin %> start',
    '<%= config.bin %> start --config relay-data/relay.yaml',
  ];
  static override flags = {
    config: Flags.string({
      description: 'The configuration; else RELAY_CONFIG, ./relay.yaml, /etc/relay/relay.yaml.',
      helpValue: 'FILE',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Start);
    const file = ['main.ts', 'main.js']
      .map((name) => join(import.meta.dirname, '../relay', name))
      .find((path) => existsSync(path));
    if (file === undefined)
      throw new Error('the daemon is missing from this installation: install relay again');
    const args = flags.config === undefined ? [] : ['--config', flags.config];
    if (process.execve === undefined)
      throw new Error('this system has no execve: run relay on Linux or macOS');
    // The daemon collects once what starting has left behind.
    const node = [process.execPath, ...process.execArgv, '--expose-gc'];
    process.execve(process.execPath, [...node, file, ...args], process.env);
  }
}
