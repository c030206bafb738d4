/** The topics of the configuration as subscribers. */
import { createNotifier, type Notifier } from '../notify/notifier.ts';
import type { Subscriber } from '../notify/subscriber.ts';
import type { Config } from './config.ts';
import { clock } from './environment.ts';

type ConfiguredSubscriber = Config['topics'][number]['subscribers'][number];

export function notifierOf({ topics, templates }: Pick<Config, 'topics' | 'templates'>, environment: NodeJS.ProcessEnv): Notifier {
  return createNotifier({
    topics: topics.map(({ urn, subscribers }) => ({ urn, subscribers: subscribers.map((subscriber) => subscriberOf(subscriber, environment)) })),
    templates: new Map(templates.map(({ name, ...texts }) => [name, texts])),
    now: () => clock.now(),
  });
}

function subscriberOf(subscriber: ConfiguredSubscriber, environment: NodeJS.ProcessEnv): Subscriber {
  if (subscriber.kind === 'http') return subscriber;
  const { kind, endpoint, projectId, accessKeyVariable, secretKeyVariable } = subscriber;
  return {
    kind, endpoint, projectId,
    key() {
      const [accessKey, secretKey] = [environment[accessKeyVariable] ?? '', environment[secretKeyVariable] ?? ''];
      return accessKey === '' || secretKey === '' ? undefined : { accessKey, secretKey };
    },
  };
}
