/**
 * Gives back what loading has left behind, some 15 MB of young heap that nothing would ever shrink in a daemon that has
 * little to do; under load it grows again. Once, when all that an idle daemon needs is loaded: it takes a tenth of a
 * second. `relay start` asks Node for this; started otherwise, the daemon just keeps it.
 */
export function giveBackMemory(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
