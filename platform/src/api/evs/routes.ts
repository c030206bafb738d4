/**
 * Disks: EVS's own paths (v1, v2, v2.1) and OpenStack Block Storage, version 3, as its clients call it. Each family of paths
 * answers errors in its own shape.
 */
import type { FastifyInstance, FastifyPluginAsync, preParsingAsyncHookHandler } from 'fastify';
import type { Volumes, VolumeTransfers } from '../../volumes/volumes.ts';
import { describeOnly } from '../describe-only.ts';
import { answerErrors } from '../http-errors.ts';
import { keepBodiesAsBytes } from '../json-body.ts';
import { checkAccess, checkProject } from './access.ts';
import { catalogueRoutes } from './catalogue-routes.ts';
import { cinderActionRoutes } from './cinder-action-routes.ts';
import { cinderCatalogueRoutes } from './cinder-catalogue-routes.ts';
import { cinderBody, cinderErrorOf } from './cinder-errors.ts';
import { cinderMetadataRoutes } from './cinder-metadata-routes.ts';
import { cinderSnapshotRoutes } from './cinder-snapshot-routes.ts';
import { cinderVolumeRoutes } from './cinder-volume-routes.ts';
import { discoveryRoutes } from './discovery-routes.ts';
import { undocumented, type Documentation } from './documentation.ts';
import { evsBody, evsErrorOf } from './errors.ts';
import { negotiateVersion } from './microversion.ts';
import { snapshotRoutes } from './snapshot-routes.ts';
import { tagFilterRoute, tagRoutes } from './tag-routes.ts';
import { cinderTransfers, evsTransfers, transferRoutes, undocumentedTransfers } from './transfer-routes.ts';
import { unservedRoutes } from './unserved-routes.ts';
import { volumeRoutes } from './volume-routes.ts';

export interface EvsDeps {
  readonly volumes: Volumes;
  readonly transfers: VolumeTransfers;
  /** Sets `request.principal` or throws. */
  readonly authenticate: preParsingAsyncHookHandler;
}

export function evsRoutes(deps: EvsDeps): FastifyPluginAsync {
  return async (app) => {
    describeOnly(app);
    keepBodiesAsBytes(app);
    await app.register(ownPaths(deps));
    await app.register(cinderPaths(deps));
  };
}

function ownPaths({ volumes, transfers, authenticate }: EvsDeps): FastifyPluginAsync {
  return async (app) => {
    answerErrors(app, evsErrorOf, evsBody);
    await app.register(scope([], discoveryRoutes));
    await app.register(scope([authenticate, checkProject], (inside) => tagFilterRoute(inside, volumes)));
    await app.register(scope([authenticate, checkAccess], (inside) => {
      transferRoutes(inside, transfers, '/v2/:project_id/os-volume-transfer', evsTransfers);
      volumeRoutes(inside, volumes);
      tagRoutes(inside, volumes);
      snapshotRoutes(inside, volumes);
      catalogueRoutes(inside, volumes);
      unservedRoutes(inside);
    }));
  };
}

/** Where its clients find the volume service: in the catalogue, and where EVS's document puts what it has of version 3. */
const versionedRoots = [['/v3/:project_id', cinderTransfers], ['/volume/v3/:project_id', undocumentedTransfers]] as const;
/** Version 2 had the same, without versions to agree on. */
const olderRoot = '/v2/:project_id';

function cinderPaths(deps: EvsDeps): FastifyPluginAsync {
  const { volumes, transfers, authenticate } = deps;
  return async (app) => {
    answerErrors(app, cinderErrorOf, cinderBody);
    await app.register(async (versioned) => {
      versioned.addHook('onRequest', negotiateVersion);
      await versioned.register(scope([authenticate, checkAccess], (inside) => {
        for (const [root, family] of versionedRoots) {
          cinderResources(inside, deps, root, family.document);
          cinderCatalogueRoutes(inside, volumes, root, family.document);
          for (const collection of ['os-volume-transfer', 'volume-transfers']) transferRoutes(inside, transfers, `${root}/${collection}`, family);
        }
      }));
    });
    await app.register(scope([authenticate, checkAccess], (inside) => cinderResources(inside, deps, olderRoot, undocumented)));
  };
}

function cinderResources(app: FastifyInstance, { volumes }: EvsDeps, root: string, document: Documentation): void {
  cinderVolumeRoutes(app, volumes, root, document);
  cinderActionRoutes(app, volumes, root, document);
  cinderMetadataRoutes(app, volumes, root, document);
  cinderSnapshotRoutes(app, volumes, root, document);
}

/** Routes behind hooks of their own. */
function scope(hooks: readonly preParsingAsyncHookHandler[], register: (inside: FastifyInstance) => void): FastifyPluginAsync {
  return (inside) => {
    for (const hook of hooks) inside.addHook('preParsing', hook);
    register(inside);
    return Promise.resolve();
  };
}
