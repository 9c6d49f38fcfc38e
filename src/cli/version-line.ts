/** `relay --version`: which release this is, and what it was built from. */
import { VERSION } from '../relay/version.ts';
import { installedRoot, releaseIn } from '../relay/setup/release.ts';

/** One line for people; `json`: one object for scripts. */
export function versionLine(json: boolean): string {
  const release = releaseIn(installedRoot());
  const on = `${process.platform}-${process.arch}`;
  if (json) {
    const { builtFrom = null, builtFromAt = null } = release ?? {};
    return `${JSON.stringify({ version: VERSION, builtFrom, builtFromAt, node: process.versions.node, on })}\n`;
  }
  const from =
    release === null ? 'a checkout' : `${release.builtFrom} of ${release.builtFromAt.slice(0, 10)}`;
  return `relay ${VERSION} (${from}) on Node ${process.versions.node}, ${on}\n`;
}
