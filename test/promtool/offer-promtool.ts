/** vitest's global setup: says in the run's last lines what was left out for want of promtool. */
import type { TestProject } from 'vitest/node';
import { missingPromtool } from './missing.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Null: there is one. */
    missingPromtool: string | null;
  }
}

/** Where RELAY_PROMTOOL=required nothing may be left out: then it throws. */
export default function offerPromtool(project: TestProject): () => void {
  const why = missingPromtool();
  if (why !== null && process.env['RELAY_PROMTOOL'] === 'required')
    throw new Error(`the tests of alert rules can't run: ${why}`);
  project.provide('missingPromtool', why);
  return () => {
    if (why !== null) process.stdout.write(`\nLeft out: promtool's tests of the alert rules; ${why}\n`);
  };
}
