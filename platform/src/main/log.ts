import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { LogLevel } from './config.ts';

/** Names under which a secret could come along; no log line ever shows what they hold. */
const secretNames = [
  'ak', 'sk', 'password', 'passwordHash', 'token', 'securityToken', 'security_token', 'securitytoken', 'secret', 'secretKey', 'secret_key', 'accessKey', 'access_key',
  'authorization', 'cdnKey', 'authentication_key', 'connection_string', 'connectionString', 'json_auth_file', 'jsonAuthFile', 'databaseUrl', 'credentials',
  '["x-auth-token"]', '["x-subject-token"]', '["x-security-token"]',
];

/** Two levels deep: our lines are flat, and pino's wildcards cost time. */
const redactedPaths = secretNames.flatMap((name) => {
  const dot = name.startsWith('[') ? '' : '.';
  return [name, `*${dot}${name}`, `*.*${dot}${name}`];
});

/** JSON lines with an ISO time. @param destination standard output when absent */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: redactedPaths, censor: '[redacted]' },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
