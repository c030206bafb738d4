/** What an agent and its target prove themselves to each other with. Sealed at rest, shown by these questions alone, gone when the task is over. */
import { keptJson, type KeptJson } from '@haulier/lib/kept-json/kept-json.ts';
import { Type } from 'typebox';
import { certificatesContext, newCertificates, passphraseContext } from './run-secrets.ts';
import { ServerRefusal, type CertificateSet } from './server-migration.ts';
import type { DomainId, ServerTaskId } from './server.ts';
import { isOver, type KeptSecrets } from './server-task-store.ts';
import type { ServerTasksDeps } from './server-tasks.ts';

/** The first question of a run makes them; of several at once, one's are everybody's. */
export async function certificatesOf(deps: ServerTasksDeps, domain: DomainId, id: ServerTaskId): Promise<CertificateSet> {
  const { store, secrets, clock } = deps;
  for (;;) {
    const { run, certificates } = await keptSecrets(deps, domain, id);
    const context = certificatesContext(id, run);
    if (certificates !== undefined) return keptCertificates.read(secrets.open(certificates, context), context);
    await store.keepCertificates(id, run, secrets.seal(keptCertificates.write(await newCertificates(id, run, clock.now())), context));
  }
}

const peer = Type.Object({ certificate: Type.String(), key: Type.String() });
const keptCertificates: KeptJson<CertificateSet> = keptJson('server_task_secret.certificates', Type.Object({ ca: Type.String(), source: peer, targetManagement: peer, targetData: peer }));

const passphraseBytes = 24;

export async function passphraseOf(deps: ServerTasksDeps, domain: DomainId, id: ServerTaskId): Promise<string> {
  const { store, secrets, randomBytes } = deps;
  for (;;) {
    const { passphrase } = await keptSecrets(deps, domain, id);
    if (passphrase !== undefined) return secrets.open(passphrase, passphraseContext(id));
    await store.keepPassphrase(id, secrets.seal(Buffer.from(randomBytes(passphraseBytes)).toString('base64url'), passphraseContext(id)));
  }
}

async function keptSecrets({ store }: ServerTasksDeps, domain: DomainId, id: ServerTaskId): Promise<KeptSecrets> {
  const kept = await store.secrets(domain, id);
  if (kept === undefined) throw new ServerRefusal({ kind: 'no-such-task', id });
  if (isOver(kept.state)) throw new ServerRefusal({ kind: 'action-not-allowed', action: 'read-secrets', state: kept.state, id });
  return kept;
}
