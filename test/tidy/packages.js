/** Packages that would run code of their own while they are installed. */
export function installScripts(lock) {
  return Object.entries(lock.packages)
    .filter(([, one]) => one.hasInstallScript === true)
    .map(([path]) => `${path} runs an install script`);
}
/** Hosts of registries that the lock file would pin; without them npm asks whatever registry it is set to. */
export function registryHosts(text) {
  return [...text.matchAll(/"resolved":\s*"([^"]+)"/g)].map((match) => `package-lock.json names ${match[1]}`);
}
/** Dependencies of the manifest that the lock file doesn't hold. */
export function unlocked(dependencies, lock) {
  return dependencies
    .filter((name) => lock.packages[`node_modules/${name}`]?.version === undefined)
    .map((name) => `${name} is not in package-lock.json: run npm install`);
}
