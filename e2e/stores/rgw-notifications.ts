/** Makes a bucket of the gateway tell an HTTP address what changes in it, as an operator would: a topic, and the bucket's configuration. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { signedBy, type Rgw, type RgwUser } from './rgw.ts';

const run = promisify(execFile);

/** Pushes are sent while the change is answered, unless they are persistent: then they are kept and tried again. */
export async function pushNotifications(rgw: Rgw, user: RgwUser, bucket: string, endpoint: string, options: { readonly persistent: boolean }): Promise<void> {
  const attributes = { 'push-endpoint': endpoint, persistent: String(options.persistent) };
  const form = new URLSearchParams({ Action: 'CreateTopic', Name: bucket });
  Object.entries(attributes).forEach(([key, value], index) => {
    form.set(`Attributes.entry.${index + 1}.key`, key);
    form.set(`Attributes.entry.${index + 1}.value`, value);
  });
  const made = await run('curl', ['--silent', '--show-error', '--fail-with-body', '--aws-sigv4', 'aws:amz:default:sns', '--user', `${user.accessKey}:${user.secretKey}`, '--data', form.toString(), rgw.endpoint]);
  const arn = /<TopicArn>([^<]+)<\/TopicArn>/.exec(made.stdout)?.[1];
  if (arn === undefined) throw new Error(`the gateway made no topic: ${made.stdout}`);
  const events = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'].map((event) => `<Event>${event}</Event>`).join('');
  const configuration = `<NotificationConfiguration><TopicConfiguration><Id>sync</Id><Topic>${arn}</Topic>${events}</TopicConfiguration></NotificationConfiguration>`;
  await run('curl', ['--silent', '--show-error', '--fail-with-body', ...signedBy(user), '--request', 'PUT', '--data-binary', configuration, `${rgw.endpoint}/${bucket}?notification=`]);
}
