/** A third of the S3 dialects, in a file of their own so that they are tried side by side. */
import { baidu } from '@haulier/platform/providers/baidu/provider.ts';
import { qiniu } from '@haulier/platform/providers/qiniu/provider.ts';
import { ucloud } from '@haulier/platform/providers/ucloud/provider.ts';
import { describeDialect } from './dialect-contract.ts';

describeDialect({ cloud: 'Baidu', provider: baidu, host: 's3.bj.bcebos.com', signature: 'v4', addressing: 'path' });
describeDialect({ cloud: 'Qiniu', provider: qiniu, host: 's3.cn-east-1.qiniucs.com', signature: 'v4', addressing: 'path' });
describeDialect({ cloud: 'UCloud', provider: ucloud, host: 's3-cn-bj.ufileos.com', signature: 'v4', addressing: 'path' });
