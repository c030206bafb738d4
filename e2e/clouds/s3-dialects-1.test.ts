/** A third of the S3 dialects, in a file of their own so that they are tried side by side. */
import { aliyun } from '@haulier/platform/providers/aliyun/provider.ts';
import { aws } from '@haulier/platform/providers/aws/provider.ts';
import { huawei } from '@haulier/platform/providers/huawei/provider.ts';
import { describeDialect } from './dialect-contract.ts';

describeDialect({ cloud: 'AWS', provider: aws, host: 's3.eu-west-1.amazonaws.com', signature: 'v4', addressing: 'virtual-host' });
describeDialect({ cloud: 'HuaweiCloud', provider: huawei, host: 'obs.cn-north-4.myhuaweicloud.com', signature: 'v2', addressing: 'virtual-host' });
describeDialect({ cloud: 'Aliyun', provider: aliyun, host: 's3.oss-cn-hangzhou.aliyuncs.com', signature: 'v4', addressing: 'virtual-host' });
