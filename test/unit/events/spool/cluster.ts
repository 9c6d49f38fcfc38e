/** Three hosts of one relay, each with a real spool. */
import { FakeStore } from './fake-store.ts';
import type { SpoolFolders } from './folders.ts';
import { FakePeers, host } from './hosts.ts';

/** Host `one` with a disk, and two others with disks of their own, over one store. */
export async function cluster(folders: SpoolFolders, store = new FakeStore()) {
  const folder = folders.folder();
  const spool = await folders.open(folder);
  const spools = [await folders.open(folders.folder()), await folders.open(folders.folder())];
  const peers = new FakePeers('one', ['two', 'three']);
  const two = await host({ name: 'two', store, spool: spools[0] ?? null, peers: new FakePeers('two', []) });
  const three = await host({
    name: 'three',
    store,
    spool: spools[1] ?? null,
    peers: new FakePeers('three', []),
  });
  peers.others.set('two', two.keeper);
  peers.others.set('three', three.keeper);
  const one = await host({ store, spool, peers });
  return { store, folder, spool, spools, peers, one, two, three };
}
