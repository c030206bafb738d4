import { identityStoreContract } from './identity-store-contract.ts';
import { createMemoryIdentityStore } from './memory-identity-store.ts';

identityStoreContract('the store in memory', () => Promise.resolve(createMemoryIdentityStore()));
