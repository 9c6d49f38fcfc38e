/** vitest's global setup: says in the run's last lines what was left out for want of an IMAP server. */
import type { TestProject } from 'vitest/node';
import { missingDovecot } from './missing.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Null: there is one. */
    missingDovecot: string | null;
  }
}

/** Where RELAY_DOVECOT=required nothing may be left out: then it throws. */
export default function offerDovecot(project: TestProject): () => void {
  const why = missingDovecot();
  if (why !== null && process.env['RELAY_DOVECOT'] === 'required')
    throw new Error(`the tests of mailboxes can't run: ${why}`);
  project.provide('missingDovecot', why);
  return () => {
    if (why !== null) process.stdout.write(`\nLeft out: every test of a real IMAP server; ${why}\n`);
  };
}
