/**
 * The public endpoints of the documents' clouds, as their vendors publish them. Signature `native` means the cloud's own
 * protocol; every other one is S3-compatible.
 *
 * All regions of Azure, and of Google, share an endpoint. Azure's becomes that of an account by the account's name before it.
 * Region names are those the documents use; a region that is missing here is added in the user's configuration, never guessed.
 */
import type { RegionEntry } from './region-catalogue.ts';

interface CloudEndpoints {
  /** Cloud types that share these endpoints. */
  readonly clouds: readonly string[];
  readonly endpoint: (region: string) => string;
  readonly addressing: RegionEntry['addressing'];
  /** Default `v4`. */
  readonly signature?: RegionEntry['signature'];
  /** Region → what people call it. */
  readonly regions: Readonly<Record<string, string>>;
}

const aws: CloudEndpoints = {
  clouds: ['AWS'],
  endpoint: (region) => `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`,
  addressing: 'virtual-host',
  regions: {
    'us-east-1': 'US Standard (N. Virginia)', 'us-east-2': 'US East (Ohio)', 'us-west-1': 'US West (N. California)', 'us-west-2': 'US West (Oregon)',
    'ca-central-1': 'Canada (Central)', 'ca-west-1': 'Canada West (Calgary)', 'mx-central-1': 'Mexico (Central)', 'sa-east-1': 'South America (Sao Paulo)',
    'eu-west-1': 'EU (Ireland)', 'eu-west-2': 'EU (London)', 'eu-west-3': 'EU (Paris)', 'eu-central-1': 'EU (Frankfurt)', 'eu-central-2': 'EU (Zurich)',
    'eu-north-1': 'EU (Stockholm)', 'eu-south-1': 'EU (Milan)', 'eu-south-2': 'EU (Spain)', 'il-central-1': 'Israel (Tel Aviv)',
    'me-south-1': 'Middle East (Bahrain)', 'me-central-1': 'Middle East (UAE)', 'af-south-1': 'Africa (Cape Town)',
    'ap-east-1': 'Asia Pacific (Hong Kong)', 'ap-south-1': 'Asia Pacific (Mumbai)', 'ap-south-2': 'Asia Pacific (Hyderabad)',
    'ap-northeast-1': 'Asia Pacific (Tokyo)', 'ap-northeast-2': 'Asia Pacific (Seoul)', 'ap-northeast-3': 'Asia Pacific (Osaka)',
    'ap-southeast-1': 'Asia Pacific (Singapore)', 'ap-southeast-2': 'Asia Pacific (Sydney)', 'ap-southeast-3': 'Asia Pacific (Jakarta)', 'ap-southeast-4': 'Asia Pacific (Melbourne)',
    'cn-north-1': 'China (Beijing)', 'cn-northwest-1': 'China (Ningxia)',
  },
};

/** HuaweiCloud is the documents' name of these regions as a source, HEC as a destination. */
const huawei: CloudEndpoints = {
  clouds: ['HuaweiCloud', 'HEC'],
  endpoint: (region) => `https://obs.${region}.${region === 'eu-west-101' ? 'myhuaweicloud.eu' : 'myhuaweicloud.com'}`,
  addressing: 'virtual-host',
  signature: 'native',
  regions: {
    'cn-north-1': 'CN North-Beijing1', 'cn-north-2': 'CN North-Beijing2', 'cn-north-4': 'CN North-Beijing4', 'cn-north-9': 'CN North-Ulanqab1',
    'cn-east-2': 'CN East-Shanghai2', 'cn-east-3': 'CN East-Shanghai1', 'cn-east-4': 'CN East2', 'cn-south-1': 'CN South-Guangzhou', 'cn-south-4': 'CN South-Guangzhou-InvitationOnly',
    'cn-southwest-2': 'CN Southwest-Guiyang1', 'ap-southeast-1': 'CN-Hong Kong', 'ap-southeast-2': 'AP-Bangkok', 'ap-southeast-3': 'AP-Singapore', 'ap-southeast-4': 'AP-Jakarta',
    'af-south-1': 'AF-Johannesburg', 'af-north-1': 'AF-Cairo', 'me-east-1': 'ME-Riyadh', 'tr-west-1': 'TR-Istanbul', 'eu-west-101': 'EU-Dublin',
    'la-north-2': 'LA-Mexico City2', 'na-mexico-1': 'LA-Mexico City1', 'la-south-2': 'LA-Santiago', 'sa-brazil-1': 'LA-Sao Paulo1',
  },
};

const aliyun: CloudEndpoints = {
  clouds: ['Aliyun'],
  endpoint: (region) => `https://oss-${region}.aliyuncs.com`,
  addressing: 'virtual-host',
  signature: 'native',
  regions: {
    'cn-hangzhou': 'China (Hangzhou)', 'cn-shanghai': 'China (Shanghai)', 'cn-nanjing': 'China (Nanjing)', 'cn-fuzhou': 'China (Fuzhou)', 'cn-qingdao': 'China (Qingdao)', 'cn-beijing': 'China (Beijing)',
    'cn-zhangjiakou': 'China (Zhangjiakou)', 'cn-huhehaote': 'China (Hohhot)', 'cn-wulanchabu': 'China (Ulanqab)', 'cn-shenzhen': 'China (Shenzhen)', 'cn-heyuan': 'China (Heyuan)',
    'cn-guangzhou': 'China (Guangzhou)', 'cn-chengdu': 'China (Chengdu)', 'cn-hongkong': 'China (Hong Kong)',
    'us-west-1': 'US (Silicon Valley)', 'us-east-1': 'US (Virginia)', 'ap-northeast-1': 'Japan (Tokyo)', 'ap-northeast-2': 'South Korea (Seoul)',
    'ap-southeast-1': 'Singapore', 'ap-southeast-3': 'Malaysia (Kuala Lumpur)', 'ap-southeast-5': 'Indonesia (Jakarta)', 'ap-southeast-6': 'Philippines (Manila)', 'ap-southeast-7': 'Thailand (Bangkok)',
    'eu-central-1': 'Germany (Frankfurt)', 'eu-west-1': 'UK (London)', 'me-east-1': 'UAE (Dubai)',
  },
};

const tencent: CloudEndpoints = {
  clouds: ['Tencent'],
  endpoint: (region) => `https://cos.${region}.myqcloud.com`,
  addressing: 'virtual-host',
  signature: 'native',
  regions: {
    'ap-beijing': 'Beijing', 'ap-nanjing': 'Nanjing', 'ap-shanghai': 'Shanghai', 'ap-guangzhou': 'Guangzhou', 'ap-chengdu': 'Chengdu', 'ap-chongqing': 'Chongqing',
    'ap-hongkong': 'Hong Kong', 'ap-singapore': 'Singapore', 'ap-jakarta': 'Jakarta', 'ap-seoul': 'Seoul', 'ap-bangkok': 'Bangkok', 'ap-tokyo': 'Tokyo',
    'na-siliconvalley': 'Silicon Valley', 'na-ashburn': 'Virginia', 'sa-saopaulo': 'Sao Paulo', 'eu-frankfurt': 'Frankfurt',
  },
};

const kingsoft: CloudEndpoints = {
  clouds: ['KingsoftCloud'],
  endpoint: (region) => `https://ks3-${region}.ksyuncs.com`,
  addressing: 'virtual-host',
  signature: 'native',
  regions: { 'cn-beijing': 'China (Beijing)', 'cn-shanghai': 'China (Shanghai)', 'cn-guangzhou': 'China (Guangzhou)', 'cn-hk-1': 'China (Hong Kong)', 'sgp': 'Singapore', 'rus': 'Russia' },
};

const baidu: CloudEndpoints = {
  clouds: ['Baidu'],
  endpoint: (region) => `https://s3.${region}.bcebos.com`,
  addressing: 'path',
  regions: { bj: 'Beijing', bd: 'Baoding', su: 'Suzhou', gz: 'Guangzhou', fwh: 'Wuhan', hkg: 'Hong Kong', sin: 'Singapore' },
};

const qiniu: CloudEndpoints = {
  clouds: ['Qiniu'],
  endpoint: (region) => `https://s3.${region}.qiniucs.com`,
  addressing: 'path',
  regions: {
    'cn-east-1': 'East China (Zhejiang)', 'cn-east-2': 'East China (Zhejiang 2)', 'cn-north-1': 'North China (Hebei)', 'cn-south-1': 'South China (Guangdong)',
    'us-north-1': 'North America (Los Angeles)', 'ap-southeast-1': 'Asia Pacific (Singapore)', 'ap-southeast-2': 'Asia Pacific (Hanoi)', 'ap-southeast-3': 'Asia Pacific (Ho Chi Minh City)',
    'ap-northeast-1': 'Asia Pacific (Seoul)',
  },
};

const qingcloud: CloudEndpoints = {
  clouds: ['QingCloud'],
  endpoint: (region) => `https://s3.${region}.qingstor.com`,
  addressing: 'virtual-host',
  regions: { pek3a: 'Beijing 3A', pek3b: 'Beijing 3B', sh1a: 'Shanghai 1A', gd2: 'Guangdong 2' },
};

/** Not every region has a certificate for `*.<endpoint>`. */
const ucloud: CloudEndpoints = {
  clouds: ['UCloud'],
  endpoint: (region) => `https://s3-${region}.ufileos.com`,
  addressing: 'path',
  regions: {
    'cn-bj': 'North China 1', 'cn-wlcb': 'North China 2', 'cn-sh2': 'Shanghai 2', 'cn-gd': 'Guangzhou', 'hk': 'Hong Kong', 'us-ca': 'Los Angeles', 'us-ws': 'Washington', 'sg': 'Singapore',
    'th-bkk': 'Bangkok', 'vn-sng': 'Ho Chi Minh City', 'kr-seoul': 'Seoul', 'idn-jakarta': 'Jakarta', 'ind-mumbai': 'Mumbai', 'uae-dubai': 'Dubai', 'ge-fra': 'Frankfurt', 'bra-saopaulo': 'Sao Paulo', 'afr-nigeria': 'Lagos',
  },
};

const google: CloudEndpoints = {
  clouds: ['Google'],
  endpoint: () => 'https://storage.googleapis.com',
  addressing: 'path',
  regions: {
    'us': 'United States', 'eu': 'European Union', 'asia': 'Asia', 'us-central1': 'Iowa', 'us-east1': 'South Carolina', 'us-east4': 'Northern Virginia', 'us-west1': 'Oregon', 'us-west2': 'Los Angeles',
    'southamerica-east1': 'Sao Paulo', 'europe-west1': 'Belgium', 'europe-west2': 'London', 'europe-west3': 'Frankfurt', 'europe-west4': 'Netherlands', 'europe-north1': 'Finland',
    'asia-east1': 'Taiwan', 'asia-east2': 'Hong Kong', 'asia-northeast1': 'Tokyo', 'asia-south1': 'Mumbai', 'asia-southeast1': 'Singapore', 'australia-southeast1': 'Sydney',
  },
};

/** Names of regions as Azure's own command line lists them; those of China are another cloud with accounts of its own. */
const azure: CloudEndpoints = {
  clouds: ['Azure'],
  endpoint: (region) => `https://blob.core.${region.startsWith('china') ? 'chinacloudapi.cn' : region.startsWith('usgov') ? 'usgovcloudapi.net' : 'windows.net'}`,
  addressing: 'virtual-host',
  regions: {
    'eastus': 'East US', 'eastus2': 'East US 2', 'centralus': 'Central US', 'northcentralus': 'North Central US', 'southcentralus': 'South Central US', 'westcentralus': 'West Central US',
    'westus': 'West US', 'westus2': 'West US 2', 'westus3': 'West US 3', 'canadacentral': 'Canada Central', 'canadaeast': 'Canada East', 'mexicocentral': 'Mexico Central',
    'brazilsouth': 'Brazil South', 'brazilsoutheast': 'Brazil Southeast', 'northeurope': 'North Europe', 'westeurope': 'West Europe', 'uksouth': 'UK South', 'ukwest': 'UK West',
    'francecentral': 'France Central', 'francesouth': 'France South', 'germanywestcentral': 'Germany West Central', 'germanynorth': 'Germany North', 'switzerlandnorth': 'Switzerland North', 'switzerlandwest': 'Switzerland West',
    'norwayeast': 'Norway East', 'norwaywest': 'Norway West', 'swedencentral': 'Sweden Central', 'italynorth': 'Italy North', 'polandcentral': 'Poland Central', 'spaincentral': 'Spain Central',
    'uaenorth': 'UAE North', 'uaecentral': 'UAE Central', 'qatarcentral': 'Qatar Central', 'israelcentral': 'Israel Central', 'southafricanorth': 'South Africa North', 'southafricawest': 'South Africa West',
    'centralindia': 'Central India', 'southindia': 'South India', 'westindia': 'West India', 'eastasia': 'East Asia', 'southeastasia': 'Southeast Asia', 'japaneast': 'Japan East', 'japanwest': 'Japan West',
    'koreacentral': 'Korea Central', 'koreasouth': 'Korea South', 'australiaeast': 'Australia East', 'australiasoutheast': 'Australia Southeast', 'australiacentral': 'Australia Central', 'newzealandnorth': 'New Zealand North',
    'chinanorth': 'China North', 'chinanorth2': 'China North 2', 'chinanorth3': 'China North 3', 'chinaeast': 'China East', 'chinaeast2': 'China East 2', 'chinaeast3': 'China East 3',
    'usgovvirginia': 'US Gov Virginia', 'usgovarizona': 'US Gov Arizona', 'usgovtexas': 'US Gov Texas',
  },
};

/** Every built-in region, grouped by cloud in the order of the documents. */
export function builtInRegions(): readonly RegionEntry[] {
  return [aws, aliyun, qiniu, qingcloud, tencent, baidu, kingsoft, azure, ucloud, huawei, google].flatMap(entriesOf);
}

/** Whether the entry is the cloud's own endpoint, and not one that a user has put in its place. */
export function isBuiltIn({ cloud, endpoint }: RegionEntry): boolean {
  return builtInRegions().some((entry) => entry.cloud === cloud && entry.endpoint === endpoint);
}

function entriesOf({ clouds, endpoint, addressing, signature = 'v4', regions }: CloudEndpoints): readonly RegionEntry[] {
  return clouds.flatMap((cloud) => Object.entries(regions).map(([region, description]) => (
    { cloud, region, endpoint: endpoint(region), addressing, signature, description } as const
  )));
}

/** The name of the region that lives in the data folder. */
export const embeddedRegion = 'local';

/**
 * The store in the data folder: one folder whose sub-folders are buckets.
 * @param folderUrl a `file:` URL
 */
export function embeddedStore(folderUrl: string): readonly RegionEntry[] {
  return [{ cloud: 'Local', region: embeddedRegion, endpoint: folderUrl, addressing: 'path', signature: 'v4', description: 'Buckets in the data folder' }];
}
