import type { Command } from 'commander';
import { environmentVariables, loadConfig, type Config } from '../main/config.ts';

/** Options of every command that opens an installation. */
export interface ServerFlags {
  readonly config?: string;
  readonly data?: string;
  readonly listen?: string;
  readonly logLevel?: string;
}

export function addServerOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration file (default: $HAULIER_CONFIG, ./haulier.yaml, then haulier.yaml in the data folder)')
    .option('-d, --data <folder>', 'data folder (default: $XDG_DATA_HOME/haulier)')
    .option('--log-level <level>', 'trace, debug, info, warn, error or silent');
}

/** Throws ConfigError. */
export function readConfig(flags: ServerFlags): Config {
  return loadConfig(flags, { environment: process.env, workingFolder: process.cwd() });
}

export const configurationHelp = `
Configuration: a YAML file, every field of it optional. The environment wins over the file, the command line over both.

  listen: 127.0.0.1:8642          # host:port; port 0 takes a free one
  tls:                            # plain HTTP when absent
    certificate: /etc/haulier/tls.pem
    key: /etc/haulier/tls.key
  proxies: [10.0.0.0/8]           # in front of it: their X-Forwarded headers are believed
  data: /var/lib/haulier          # data folder
  database: postgres://user:password@host/haulier   # a private PostgreSQL in the data folder when absent
  log: { level: info }
  zone: Europe/Berlin             # IANA; bandwidth windows are in its local time
  tokens: { hours: 24 }           # until a token expires
  worker: { tasks: 4, objects: 256, largeObjects: 4, parts: 4, ranges: 4 }
  groups: { objects: 100000, gigabytes: 500 }       # what a task of a task group is given at most
  servers: { silentSeconds: 60 }  # until an agent that says nothing is shown as not connected
  topics:                         # who is told of the end of tasks
    - urn: urn:smn:cn-north-4:my-project:operations
      subscribers: [{ kind: http, endpoint: "https://hooks.example/haulier" }]
  templates: [{ name: short, en-us: "{Task_Name}: {Task_Status}" }]
  regions:                        # added to the public ones; these win
    - cloud: HEC                  # HEC is where tasks migrate to
      region: my-store
      endpoint: https://store.example:9000
      addressing: path            # or virtual-host
      signature: v4               # or v2, or native: the cloud's own
      signingRegion: us-east-1    # when it differs from region
      listVersion: 2              # or 1, for stores without ListObjectsV2
      caFile: /etc/haulier/store-ca.pem

Environment: ${environmentVariables.join(', ')}`;
