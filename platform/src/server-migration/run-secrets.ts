/** Keys and certificates of one run of a task: both ends of its connections prove to each other that they belong to it. */
import { authorityCertificate, newKeyPair, peerCertificate, type Authority, type Validity } from '@haulier/lib/x509/certificate.ts';
import type { CertificateSet } from './server-migration.ts';
import type { ServerTaskId } from './server.ts';

const hourMs = 3_600_000;
/** A task that synchronises runs for as long as its owner likes; clocks of old servers are wrong by hours. */
const lifeMs = 2 * 365 * 24 * hourMs;

/**
 * PEM, keys as PKCS #8, ECDSA on P-256. The authority's own key is forgotten when this resolves: nobody can sign for the run any more.
 * @param now milliseconds since the epoch
 */
export async function newCertificates(id: ServerTaskId, run: number, now: number): Promise<CertificateSet> {
  const authority: Authority = { name: `run-${run}.${id}`, keys: await newKeyPair() };
  const validity: Validity = { from: now - 24 * hourMs, to: now + lifeMs };
  return {
    ca: authorityCertificate(authority, validity),
    source: await peer(authority, `source.${id}`, validity),
    targetManagement: await peer(authority, `target-management.${id}`, validity),
    targetData: await peer(authority, `target-data.${id}`, validity),
  };
}

async function peer(authority: Authority, name: string, validity: Validity): Promise<{ readonly certificate: string; readonly key: string }> {
  const { publicKey, privateKey } = await newKeyPair();
  return { certificate: peerCertificate(authority, name, publicKey, validity), key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })) };
}

export function certificatesContext(id: ServerTaskId, run: number): string {
  return `certificates of run ${run} of server task ${id}`;
}

export function passphraseContext(id: ServerTaskId): string {
  return `passphrase of server task ${id}`;
}
