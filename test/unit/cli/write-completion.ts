/** Writes the table that completion goes by: `npm run completion-table`. */
import { completionTable } from './completion-model.ts';

process.stdout.write(await completionTable());
