/** What belongs to the service and to none of its resources: configuration, versions, the privacy statement. */
import { ConfigAnswer, PrivacyAnswer, SmsVersion, SmsVersionList } from '@haulier/wire/sms/service.ts';
import type { FastifyRequest } from 'fastify';
import type { ServerPrivacyAgreements } from '../../server-migration/privacy-agreements.ts';
import type { Tenant } from '../../server-migration/server.ts';
import { tenantOf } from './access.ts';
import { SmsError } from './errors.ts';
import { smsHost } from './host.ts';
import type { SmsRoutes } from './routes.ts';

export interface ServiceDeps {
  readonly agreements: ServerPrivacyAgreements;
  /** Names of the regions that the tenant has projects in. */
  readonly regions: (tenant: Tenant) => Promise<readonly string[]>;
}

export function serviceRoutes({ agreements, regions }: ServiceDeps): SmsRoutes {
  return (app) => {
    const privacy = '/v3/privacy-agreements';
    const tags = ['SMS privacy agreements'];
    app.get(privacy, { schema: { operationId: 'ShowPrivacyAgreements', summary: 'Ask whether the caller has agreed to the privacy statement', tags, response: { 200: PrivacyAnswer } } }, async (request) => (
      { flag: await agreements.hasAccepted(tenantOf(request)) } satisfies PrivacyAnswer
    ));

    app.post(privacy, { schema: { operationId: 'CreatePrivacyAgreements', summary: 'Put the caller’s agreement to the privacy statement on record', tags } }, async (request, reply) => {
      await agreements.accept(tenantOf(request));
      return reply.type('application/json').send('""');
    });

    app.get('/v3/config', { schema: { operationId: 'ShowConfig', summary: 'Show an agent its configuration', tags: ['SMS configuration'], response: { 200: ConfigAnswer } } }, async (request) => (
      configOf(await regions(tenantOf(request)))
    ));
  };
}

/**
 * The documents name the keys mainRegion, obs_domain, disktype and process_and_it of `config` and say nothing of their values, nor of the
 * keys of a region: here is what is known, and the rest is left out. Not confirmed.
 */
function configOf(regions: readonly string[]): ConfigAnswer {
  const [mainRegion] = regions;
  return { config: { ...(mainRegion === undefined ? {} : { mainRegion }), disktype: 'SAS,SSD,SATA' }, regions: regions.map((name) => ({ id: name, name })) };
}

/**
 * `ListApiVersion` and `ShowApiVersion`, on the service's own host name, without a token. The OpenAPI description is of the
 * shared host, where other services have these paths. `/v3` is a route of its own because a shared one would go before `/:version`.
 */
export const smsVersionRoutes: SmsRoutes = (app) => {
  const constraints = { host: smsHost };
  app.get('/', { constraints, schema: { hide: true, response: { 200: SmsVersionList } } }, (request) => ({ versions: [version3(request, '/')] }));
  app.get('/v3', { constraints, schema: { hide: true, response: { 200: SmsVersion } } }, (request) => version3(request, '/v3'));
  app.get('/:version', { constraints, schema: { hide: true } }, () => {
    throw new SmsError('SMS.8006', { about: 'version', detail: 'v3 is the only version.' });
  });
};

function version3({ protocol, host }: FastifyRequest, path: string): SmsVersion {
  return { id: 'v3', links: [{ href: `${protocol}://${host}${path}`, rel: 'self' }], status: 'SUPPORTED', updated: '2020-09-02T17:50:00Z' };
}
