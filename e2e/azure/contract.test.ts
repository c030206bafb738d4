/** The store contract, kept by the Azure provider on Azurite, with a key of the account and with a shared access signature. */
import { describeStoreContract } from '@haulier/platform/object-store/contract/store-contract.ts';
import type { StoreFixture } from '@haulier/platform/object-store/contract/fixture.ts';
import type { StoreCredentials } from '@haulier/platform/object-store/credentials.ts';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { azure } from '@haulier/platform/providers/azure/provider.ts';
import { startAzurite, type Azurite } from '../stores/azurite.ts';
import { accountSignature } from './signature.ts';

const runtime = { clock: { now: () => Date.now() }, uniqueName: () => 'unused' };

async function fixture(credentialsOf: (azurite: Azurite) => StoreCredentials, wrong: (azurite: Azurite) => StoreCredentials): Promise<StoreFixture> {
  const azurite = await startAzurite();
  const entry = { cloud: 'Azure', region: 'azurite', endpoint: azurite.url, addressing: 'path', signature: 'v4' } as const;
  const made: ObjectStore[] = [];
  const open = (bucket: string, credentials = credentialsOf(azurite)): ObjectStore => {
    const store = azure.openStore(entry, { bucket, credentials, runtime });
    made.push(store);
    return store;
  };
  return {
    newBucket: async () => open(await azurite.makeContainer()),
    missing: open('no-such-container'),
    stranger: open(await azurite.makeContainer(), wrong(azurite)),
    // It takes a backslash for a slash, and fails at listings with names that XML cannot hold.
    damages: ['back\\slash', 'a\\..\\b', 'bell\u0007', 'escape\u001b', '\uffff', 'z/\uffff'],
    refusesMetadata: { expires: true, userNames: ['with-dash'] },
    async close() {
      await Promise.all(made.map((store) => store.close()));
      await azurite.stop();
    },
  };
}

describeStoreContract('Azure with an account key', () => fixture(
  ({ accounts: [{ name, key }] }) => ({ accessKey: name, secretKey: key }),
  ({ accounts: [{ name }, { key }] }) => ({ accessKey: name, secretKey: key }),
));

describeStoreContract('Azure with a shared access signature', () => fixture(
  ({ url, accounts: [account] }) => ({ accessKey: '', secretKey: '', connectionString: `BlobEndpoint=${url}/${account.name};SharedAccessSignature=${accountSignature(account, Date.now() + 3_600_000)}` }),
  ({ accounts: [{ name }, { key }] }) => ({ accessKey: name, secretKey: '', securityToken: accountSignature({ name, key }, Date.now() + 3_600_000) }),
));
