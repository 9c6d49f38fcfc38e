/** fast-check with one seed for all runs, so that a failure here is the same failure everywhere. */
import fc from 'fast-check';

fc.configureGlobal({ seed: 20_261_121 });

export { fc };
