/** What to do about TLS that fails on the way to Cassandra. */

/** The driver tells of it in its own words, which stand in brackets in ours. Undefined for all else. */
export function cureOf(text: string): string | undefined {
  const message = /\((.*)\)/su.exec(text)?.[1] ?? '';
  if (/certificate|self[- ]signed|altnames|CERT_/iu.test(message)) {
    return "store.cassandra.tls.caFile must hold the authority that signed the nodes' certificates, and these their addresses.";
  }
  if (/wrong version number|packet length|EPROTO|ssl3?_/iu.test(message)) {
    return 'One side speaks TLS and the other does not: compare store.cassandra.tls with client_encryption_options of the nodes.';
  }
  return undefined;
}
