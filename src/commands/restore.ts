/** `relay restore`. The work is in src/relay/backup/, loaded when the command runs. */
import { Args, Command, Flags } from '@oclif/core';
import { processIo } from '../cli/process-io.ts';

export default class Restore extends Command {
  static override summary = 'Put a backup into an empty store, while relay is stopped.';
  static override description =
    `Into the store that relay.yaml names, SQLite or Cassandra, whichever the backup came from; it must be empty, and relay \
stopped, on every host. Keys go back to keyDir, passwords (if they are in it) to where relay.yaml names them; relay.yaml \
itself is yours: --unpack writes the one in the backup to a folder. If it ends half-way, run it again: until it is done no \
daemon starts on that store.`;
  static override examples = [
    'relay restore relay-a1-20260102T030405Z.backup --unpack /etc/relay/from-backup',
    'relay restore relay-a1-20260102T030405Z.backup --config /etc/relay/relay.yaml --dry-run',
    'relay restore relay-a1-20260102T030405Z.backup --config /etc/relay/relay.yaml',
  ];
  static override args = {
    file: Args.string({ description: 'A file that relay backup has made.', required: true }),
  };
  static override flags = {
    'dry-run': Flags.boolean({ description: 'Change nothing; say whether it could be done.' }),
    unpack: Flags.string({
      description: 'Only write relay.yaml, keys and passwords in it to a folder.',
      helpValue: 'DIR',
      exclusive: ['dry-run'],
    }),
    json: Flags.boolean({ description: 'Print JSON for scripts.' }),
    config: Flags.string({
      description: 'The configuration; else RELAY_CONFIG, ./relay.yaml, /etc/relay/relay.yaml.',
      helpValue: 'FILE',
    }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Restore);
    const io = processIo();
    const { restoreOne, restoredText, unpackOne } = await import('../cli/restore.ts');
    const say = (json: unknown, text: () => string): void =>
      io.out(flags.json ? `${JSON.stringify(json, null, 2)}\n` : text());
    if (flags.unpack !== undefined) {
      const files = await unpackOne(args.file, flags.unpack, io);
      say({ files }, () => files.map((file) => `${file}\n`).join(''));
      return;
    }
    const done = await restoreOne({ file: args.file, config: flags.config, dryRun: flags['dry-run'] }, io);
    say(done, () => restoredText(done));
  }
}
