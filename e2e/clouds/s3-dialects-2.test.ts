/** A third of the S3 dialects, in a file of their own so that they are tried side by side. */
import { kingsoft } from '@haulier/platform/providers/kingsoft/provider.ts';
import { qingcloud } from '@haulier/platform/providers/qingcloud/provider.ts';
import { tencent } from '@haulier/platform/providers/tencent/provider.ts';
import { describeDialect } from './dialect-contract.ts';

describeDialect({ cloud: 'Tencent', provider: tencent, host: 'cos.ap-beijing.myqcloud.com', signature: 'v4', addressing: 'virtual-host' });
describeDialect({ cloud: 'KingsoftCloud', provider: kingsoft, host: 'ks3-cn-beijing.ksyuncs.com', signature: 'v4', addressing: 'virtual-host' });
describeDialect({ cloud: 'QingCloud', provider: qingcloud, host: 's3.pek3a.qingstor.com', signature: 'v4', addressing: 'virtual-host' });
