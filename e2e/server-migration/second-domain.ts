/** A second tenant on an installation that knows how to make one: its domain is written, the rest is made as the product makes it. */
import { randomBytes } from 'node:crypto';
import { createPgIdentityStore } from '@haulier/platform/database/identity/pg-identity-store.ts';
import { readKeyFile } from '@haulier/platform/database/secrets/key-file.ts';
import { createIdentity } from '@haulier/platform/identity/identity.ts';
import type { User } from '@haulier/platform/identity/model.ts';
import { join } from 'node:path';
import { withDatabase } from '../support/database.ts';
import type { Account } from '../support/serve.ts';

export type Tenant = Pick<Account, 'userName' | 'domainName' | 'password' | 'projectId' | 'domainId'>;

export async function addDomain(dataFolder: string, name: string): Promise<Tenant> {
  const domainId = randomBytes(16).toString('hex');
  const password = `Pass-${randomBytes(9).toString('hex')}`;
  return withDatabase(dataFolder, async (db) => {
    await db.insertInto('identity_domain').values({ id: domainId, name }).execute();
    const { accounts } = createIdentity({ store: createPgIdentityStore(db), box: readKeyFile(join(dataFolder, 'key')), random: randomBytes, now: Date.now, tokenLifetimeMs: 3_600_000 });
    const by: User = { id: 'maker', domainId, name: 'maker', role: 'admin', email: '', description: '', enabled: true, createdAt: 0 };
    const project = await accounts.addProject(by, { domainId, name: 'cn-north-1', description: '' });
    const user = await accounts.addUser(by, { domainId, name: `root-of-${name}`, password, role: 'admin', email: '', description: '' });
    return { userName: user.name, domainName: name, password, projectId: project.id, domainId };
  });
}
