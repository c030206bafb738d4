import { describeBackendContract } from '../../platform/src/volume-backends/contract/backend-contract.ts';
import { startCinder } from '../stores/cinder.ts';
import { cinderFixture } from './cinder-backend.ts';

describeBackendContract('OpenStack Cinder', async () => cinderFixture(await startCinder()));
