/** Sections 5.5 to 5.7: what is in buckets, and which clouds and regions there are. Nothing is changed, so that a reader may ask. */
import {
  CheckPrefixReq, CheckPrefixResponse, CheckUrlSourceListFileFormatReq, ListBucketsReq, ShowBucketListResponse, ShowBucketObjectsResponse, ShowBucketRegionReq,
  ShowBucketRegionResponse, ShowBucketReq, ShowCdnInfoReq, ShowCdnInfoResponse, ShowCloudTypeQuery, ShowCloudTypeResponse, ShowRegionInfoResponse,
} from '@haulier/wire/oms/buckets.ts';
import { ErrorBody } from '@haulier/wire/oms/error.ts';
import { ProjectParams } from '@haulier/wire/oms/requests.ts';
import type { FastifyInstance } from 'fastify';
import type { Buckets } from '../../object-migration/buckets/buckets.ts';
import { checkProject } from './access.ts';
import { answering } from './bucket-errors.ts';
import { toBucketObjects, toBucketRegion, toCdnInfo, toCloudTypes, toRegionInfo } from './buckets-to-wire.ts';
import { jsonBody } from '../json-body.ts';
import { parseAccountQuery, parseBucketQuery, parseCdnQuery, parseConnectionEnd, parseFolderQuery, parseListFileQuery, parsePrefixQuery } from './parse-bucket-queries.ts';

interface OfProject {
  readonly Params: ProjectParams;
}

const tags = ['OMS buckets'];
const root = '/v2/:project_id/objectstorage';

export function bucketRoutes(app: FastifyInstance, buckets: Buckets): void {
  app.addHook('preParsing', checkProject);
  accountRoutes(app, buckets);
  contentRoutes(app, buckets);
  catalogueRoutes(app, buckets);
}

function accountRoutes(app: FastifyInstance, buckets: Buckets): void {
  app.post<OfProject>(`${root}/buckets`, {
    schema: { operationId: 'ShowBucketList', summary: 'List the buckets of an account', tags, params: ProjectParams, body: ListBucketsReq, response: { 200: ShowBucketListResponse, '4xx': ErrorBody } },
  }, async (request): Promise<ShowBucketListResponse> => [...await answering(buckets.list(parseAccountQuery(jsonBody(request))))]);

  app.post<OfProject>(`${root}/buckets/regions`, {
    schema: { operationId: 'ShowBucketRegion', summary: 'Query the region of a bucket', tags, params: ProjectParams, body: ShowBucketRegionReq, response: { 200: ShowBucketRegionResponse, '4xx': ErrorBody } },
  }, async (request): Promise<ShowBucketRegionResponse> => toBucketRegion(await answering(buckets.regionOf(parseBucketQuery(jsonBody(request))))));
}

function contentRoutes(app: FastifyInstance, buckets: Buckets): void {
  app.post<OfProject>(`${root}/buckets/objects`, {
    schema: {
      operationId: 'ShowBucketObjects', summary: 'List what is directly in a folder of a bucket', tags, params: ProjectParams, body: ShowBucketReq,
      response: { 200: ShowBucketObjectsResponse, '4xx': ErrorBody },
    },
  }, async (request): Promise<ShowBucketObjectsResponse> => toBucketObjects(await answering(buckets.folder(parseFolderQuery(jsonBody(request))))));

  app.post<OfProject>(`${root}/buckets/prefix`, {
    schema: { operationId: 'CheckPrefix', summary: 'Check whether a bucket has objects with a prefix', tags, params: ProjectParams, body: CheckPrefixReq, response: { 200: CheckPrefixResponse, '4xx': ErrorBody } },
  }, async (request): Promise<CheckPrefixResponse> => ({ exist: await answering(buckets.hasPrefix(parsePrefixQuery(jsonBody(request)))) }));

  app.post<OfProject>(`${root}/buckets/cdn-info`, {
    schema: { operationId: 'ShowCdnInfo', summary: 'Compare what a CDN has of a bucket', tags, params: ProjectParams, body: ShowCdnInfoReq, response: { 200: ShowCdnInfoResponse, '4xx': ErrorBody } },
  }, async (request): Promise<ShowCdnInfoResponse> => toCdnInfo(await answering(buckets.checkCdn(parseCdnQuery(jsonBody(request))))));

  app.post<OfProject>(`${root}/buckets/url-source-list-file`, {
    schema: {
      operationId: 'CheckUrlSourceListFileFormat', summary: 'Check a file that lists URLs', tags, params: ProjectParams, body: CheckUrlSourceListFileFormatReq,
      response: { 200: { type: 'null', description: 'OK' }, '4xx': ErrorBody },
    },
  }, async (request, reply) => {
    await answering(buckets.checkListFile(parseListFileQuery(jsonBody(request))));
    return reply.code(200).send();
  });
}

function catalogueRoutes(app: FastifyInstance, buckets: Buckets): void {
  app.get<OfProject & { readonly Querystring: Readonly<Record<string, unknown>> }>(`${root}/cloud-type`, {
    schema: { operationId: 'ShowCloudType', summary: 'Query supported cloud vendors', tags, params: ProjectParams, querystring: ShowCloudTypeQuery, response: { 200: ShowCloudTypeResponse, '4xx': ErrorBody } },
  }, (request, reply) => reply.send(toCloudTypes(parseConnectionEnd(request.query), buckets.regions()) satisfies ShowCloudTypeResponse));

  app.get<OfProject>(`${root}/data-center`, {
    schema: { operationId: 'ShowRegionInfo', summary: 'Query supported regions', tags, params: ProjectParams, response: { 200: ShowRegionInfoResponse, '4xx': ErrorBody } },
  }, (_request, reply) => reply.send(toRegionInfo(buckets.regions()) satisfies ShowRegionInfoResponse));
}
