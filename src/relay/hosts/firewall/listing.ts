/**
 * How rulesets are compared. nft writes a rule otherwise than whoever wrote it, and each version in its own way; so the
 * host's own nft loads the file in an empty network namespace, and what it lists there is laid beside what it lists of
 * the kernel. Without counters (`-s`) and without what limits remember (`-t`), which change by themselves.
 */

/** POSIX sh functions: `listed` prints the table in the kernel, `made FILE` what a file makes. Both fail where there is none. */
export const LISTING = `
listed() { nft -s -t list table inet relay 2>/dev/null; }
made() { unshare -n sh -c 'nft -f "$1" && nft -s -t list table inet relay' sh "$1"; }
`;
