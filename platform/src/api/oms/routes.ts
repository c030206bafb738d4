/** The OMS API, version 2: sections 5.1 to 5.7 of its reference. */
import type { FastifyPluginAsync, preParsingAsyncHookHandler } from 'fastify';
import type { Buckets } from '../../object-migration/buckets/buckets.ts';
import type { PrivacyAgreements } from '../../object-migration/privacy-agreements.ts';
import type { TaskGroups } from '../../object-migration/groups/group.ts';
import type { SyncTasks } from '../../object-migration/sync/sync-tasks.ts';
import type { MigrationTasks } from '../../object-migration/task.ts';
import { describeOnly } from '../describe-only.ts';
import { answerErrors } from '../http-errors.ts';
import { bucketRoutes } from './bucket-routes.ts';
import { toApiError } from './errors.ts';
import { groupRoutes } from './group-routes.ts';
import { keepBodiesAsBytes } from '../json-body.ts';
import { notificationRoutes } from './notification-routes.ts';
import { privacyRoutes } from './privacy-routes.ts';
import { syncRoutes } from './sync-routes.ts';
import { taskRoutes } from './task-routes.ts';
import { versionRoutes } from './version-routes.ts';

export interface OmsDeps {
  readonly tasks: MigrationTasks;
  readonly syncTasks: SyncTasks;
  readonly buckets: Buckets;
  readonly agreements: PrivacyAgreements;
  readonly groups: TaskGroups;
  /** Sets `request.principal` or throws. */
  readonly authenticate: preParsingAsyncHookHandler;
}

export function omsRoutes({ tasks, syncTasks, groups, buckets, agreements, authenticate }: OmsDeps): FastifyPluginAsync {
  return async (app) => {
    describeOnly(app);
    keepBodiesAsBytes(app);
    answerErrors(app, toApiError, ({ message, code }) => ({ error_msg: message, error_code: code }));
    await app.register((open, _options, done) => {
      notificationRoutes(open, syncTasks);
      done();
    });
    await app.register(async (known) => {
      known.addHook('preParsing', authenticate);
      versionRoutes(known);
      await known.register((inside, _options, done) => {
        taskRoutes(inside, tasks, groups);
        done();
      });
      await known.register((inside, _options, done) => {
        syncRoutes(inside, syncTasks);
        done();
      });
      await known.register((inside, _options, done) => {
        groupRoutes(inside, groups);
        done();
      });
      await known.register((inside, _options, done) => {
        bucketRoutes(inside, buckets);
        done();
      });
      await known.register((inside, _options, done) => {
        privacyRoutes(inside, agreements);
        done();
      });
    });
  };
}
