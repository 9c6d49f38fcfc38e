/** vitest's global setup for tests that are nothing without real nodes: they fail where there can't be any. */
import { missing } from './missing.ts';

/** Throws with what to install. */
export default function needNodes(): void {
  const why = missing();
  if (why !== null) throw new Error(why);
}
