/** Tells what ails a store from what ails a row. */
import { StoreFullError, StoreUnavailableError } from '../../store/port.ts';

/** True: the store may take it later. False: it can't take just this. */
export const isStoreTrouble = (error: unknown): boolean =>
  error instanceof StoreFullError || error instanceof StoreUnavailableError;

/** What an error says, for another error's text. */
export const saying = (error: unknown): string => (error instanceof Error ? error.message : String(error));
