import { describe, expect, test } from 'vitest';
import { createLogger } from './log.ts';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  let text = '';
  write(createLogger('trace', { write: (line) => { text += line; } }));
  return text;
}

describe('the log', () => {
  test.each([
    { ak: 'AKSECRET' },
    { src_node: { sk: 'AKSECRET' } },
    { body: { dst_node: { ak: 'AKSECRET', sk: 'AKSECRET' } } },
    { headers: { 'x-auth-token': 'AKSECRET', 'authorization': 'AKSECRET', 'x-security-token': 'AKSECRET' } },
    { task: { credentials: { source: { accessKey: 'AKSECRET' } } } },
    { auth: { password: 'AKSECRET' }, databaseUrl: 'postgres://u:AKSECRET@h/d' },
  ])('never shows a secret of %j', (line) => {
    const text = logged((logger) => { logger.info(line, 'message'); });
    expect(text).toContain('[redacted]');
    expect(text).not.toContain('AKSECRET');
  });

  test('writes one JSON object a line, with time and level in words', () => {
    const text = logged((logger) => { logger.warn({ task: 7 }, 'paused'); });
    expect(JSON.parse(text)).toMatchObject({ level: 'warn', task: 7, msg: 'paused' });
    expect(text).toMatch(/"time":"\d{4}-\d\d-\d\dT[^"]*Z"/);
    expect(text).toMatch(/^[^\n]*\n$/);
  });
});
