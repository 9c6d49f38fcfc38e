/** vitest's global setup: says in the run's last lines which clients of other tools were left out, and for want of what. */
import type { TestProject } from 'vitest/node';
import { missingClients, type MissingClients } from './missing.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    missingClients: MissingClients;
  }
}

/** Where RELAY_CLIENTS=required nothing may be left out: then it throws. */
export default function offerClients(project: TestProject): () => void {
  const missing = missingClients();
  const needs = Object.values(missing).filter((why): why is string => why !== null);
  if (needs.length > 0 && process.env['RELAY_CLIENTS'] === 'required')
    throw new Error(`the tests of real clients can't run; they need ${needs.join('; ')}`);
  project.provide('missingClients', missing);
  return () => {
    for (const need of needs) process.stdout.write(`\nLeft out: tests of real clients; they need ${need}\n`);
  };
}
