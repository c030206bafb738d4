export const osTypes = ['WINDOWS', 'LINUX'] as const;
export const migrationTypes = ['MIGRATE_FILE', 'MIGRATE_BLOCK'] as const;
export const firmwares = ['BIOS', 'UEFI'] as const;
export const bootLoaders = ['GRUB', 'LILO'] as const;
export const partitionStyles = ['MBR', 'GPT'] as const;
/** Table 5 has no NORMAL for disks, which would leave no word for a disk of data: the tables of the targets have it. */
export const deviceUses = ['NORMAL', 'OS', 'BOOT'] as const;

export const sourceStates = [
  'unavailable', 'waiting', 'initialize', 'replicate', 'syncing', 'stopping', 'stopped', 'skipping', 'deleting', 'clearing', 'cleared', 'clearfailed', 'premigready', 'premiging',
  'premiged', 'premigfailed', 'cloning', 'cutovering', 'finished', 'error',
] as const;

/** `changestate` says init where a source's state is initialize. */
export const copyStates = [
  'unavailable', 'waiting', 'init', 'replicate', 'syncing', 'stopping', 'stopped', 'skipping', 'deleting', 'clearing', 'cleared', 'clearfailed', 'premigready', 'premiging', 'premiged',
  'premigfailed', 'cloning', 'cutovering', 'finished', 'error',
] as const;

export const migrationCycles = ['checking', 'setting', 'replicating', 'syncing', 'cutovering', 'cutovered'] as const;

export const taskStates = [
  'READY', 'RUNNING', 'SYNCING', 'MIGRATE_SUCCESS', 'SYNC_SUCCESS', 'MIGRATE_FAIL', 'SYNC_FAIL', 'ABORTING', 'ABORT', 'SKIPPING', 'DELETING', 'RESETING',
] as const;

/** Only lists know these; no task gets into them here. */
export const rollbackStates = ['SYNC_F_ROLLBACKING', 'SYNC_F_ROLLBACK_SUCCESS'] as const;

export const taskOperations = [
  'start', 'stop', 'test', 'cutover', 'clone_test', 'restart', 'network_check', 'clear', 'skip', 'migration_test', 'collect_log', 'sync_failed_rollback',
] as const;

export const subtaskNames = [
  'CREATE_CLOUD_SERVER', 'SSL_CONFIG', 'ATTACH_AGENT_IMAGE', 'DETTACH_AGENT_IMAGE', 'FORMAT_DISK_LINUX', 'FORMAT_DISK_LINUX_FILE', 'FORMAT_DISK_LINUX_BLOCK', 'FORMAT_DISK_WINDOWS',
  'MIGRATE_LINUX_FILE', 'MIGRATE_LINUX_BLOCK', 'MIGRATE_WINDOWS_BLOCK', 'CLONE_VM', 'SYNC_LINUX_FILE', 'SYNC_LINUX_BLOCK', 'SYNC_WINDOWS_BLOCK', 'CONFIGURE_LINUX', 'CONFIGURE_LINUX_BLOCK',
  'CONFIGURE_LINUX_FILE', 'CONFIGURE_WINDOWS',
] as const;

export const logStates = ['INIT', 'UPLOADING', 'UPLOAD_FAIL', 'UPLOADED'] as const;
export const platforms = ['hw', 'ali', 'aws', 'azure', 'gcp', 'tencent', 'vmware', 'hyperv', 'other', 'default'] as const;
export const checkResults = ['OK', 'WARN', 'ERROR'] as const;
export const commandResults = ['success', 'fail'] as const;

/** CLEAR, ROLLBACK and NETWORK_CHECK are ours: the documents have the operations, and no word for the agent. */
export const agentCommands = [
  'START', 'STOP', 'DELETE', 'SYNC', 'SKIP', 'UPLOAD_LOG', 'RSET_LOG_ACL', 'CLEAR', 'ROLLBACK', 'NETWORK_CHECK', 'TASK_NOT_STARTED', 'TASK_HAS_STOPPED', 'TASK_HAS_FINISHED',
] as const;
export const migrateTypes = ['WINDOWS_MIGRATE_BLOCK', 'LINUX_MIGRATE_FILE', 'LINUX_MIGRATE_BLOCK'] as const;
