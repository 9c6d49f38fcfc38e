/** The release this is; `package.json` says the same, which a test checks. */
export const VERSION = '0.1.0';
