/** How an edit was refused, for the tests of this folder. */
import { RosterError } from '../../../src/relay/oncall/book.ts';

/** Runs an edit that must be refused with a RosterError; anything else fails the test. */
export function refusal(run: () => unknown): { code: string; message: string; cure: string | undefined } {
  try {
    run();
  } catch (error) {
    if (error instanceof RosterError) return { code: error.code, message: error.message, cure: error.cure };
    throw error;
  }
  throw new Error('was not refused');
}
