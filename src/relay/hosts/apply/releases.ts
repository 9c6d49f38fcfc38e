/** Releases on a host: brought whole, then made current by one rename. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { PLACES } from '../places.ts';
import type { Product, Release } from '../plan/types.ts';
import type { Remote } from '../ssh/port.ts';
import { quoted } from '../ssh/quoted.ts';

/** At 1 Mbit/s 100 MB take a quarter of an hour. */
const UPLOAD_MS = 30 * 60_000;

/** The tarball goes over once, is checked against its sum, unpacked under a name that begins with a dot, and renamed. */
export async function bringRelease(remote: Remote, release: Release): Promise<void> {
  const { size } = await stat(release.path);
  const folder = PLACES[release.product].releases;
  const script = `
folder=${quoted(folder)}; version=${quoted(release.version)}
mkdir -p "$folder"
if [ -d "$folder/$version" ]; then cat > /dev/null; exit 0; fi
new="$folder/.new-$version"; tarball="$folder/.new-$version.tar.gz"
free=$(df -Pk "$folder" | awk 'NR == 2 { print $4 }')
if [ "$free" -lt ${Math.ceil((size * 5) / 1024)} ]; then
  echo "no room in $folder: $((free / 1024)) MB are free, ${Math.ceil((size * 5) / 1_048_576)} MB are wanted" >&2
  exit 1
fi
rm -rf "$new" "$tarball"
cat > "$tarball"
sum=$(sha256sum < "$tarball"); sum=\${sum%% *}
if [ "$sum" != ${release.sha256} ]; then
  rm -f "$tarball"
  echo "the tarball arrived with another sum ($sum): run it again" >&2
  exit 1
fi
mkdir "$new"
tar -xzf "$tarball" -C "$new" --strip-components 1 --no-same-owner
rm -f "$tarball"
chmod 755 "$new"
sync -f "$new"
mv -T "$new" "$folder/$version"
sync -f "$folder"`;
  await remote.run(`bring ${release.product} ${release.version}`, script, {
    stdin: createReadStream(release.path),
    timeoutMs: UPLOAD_MS,
  });
}

/**
 * Makes it current, and what was current `previous`. Cut off in between, `previous` is the current one, and doing it
 * again does the rest.
 */
export async function linkRelease(remote: Remote, product: Product, version: string): Promise<void> {
  const script = `
cd ${quoted(PLACES[product].releases)}
link() { ln -sfn "$1" ".$2.new"; mv -fT ".$2.new" "$2"; }
test -d ${quoted(version)} || { echo ${quoted(`${version} is not there`)} >&2; exit 1; }
now=$(readlink current || true)
if [ "$now" != ${quoted(version)} ]; then
  if [ -n "$now" ]; then link "$now" previous; fi
  link ${quoted(version)} current
  sync -f .
fi`;
  await remote.run(`make ${product} ${version} current`, script);
}

/** Releases that are neither current nor previous take room only. */
export async function dropReleases(
  remote: Remote,
  product: Product,
  versions: readonly string[],
): Promise<void> {
  if (versions.length === 0) return;
  const script = `
cd ${quoted(PLACES[product].releases)}
for version in ${versions.map(quoted).join(' ')}; do
  case $version in "$(readlink current || true)"|"$(readlink previous || true)") continue ;; esac
  mv -T "$version" ".gone-$version"
  rm -rf ".gone-$version"
done`;
  await remote.run(`remove old ${product}`, script);
}
