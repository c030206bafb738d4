/** Migration projects: the use cases behind /v3/migprojects. */
import { ChangeMigrationProject, CreateMigrationProject, MigrationProjectAnswer, MigrationProjectList, MigrationProjectParams } from '@haulier/wire/sms/migration-projects.ts';
import { PageQuery } from '@haulier/wire/sms/page.ts';
import { CreatedAnswer } from '@haulier/wire/sms/service.ts';
import { firstProject, type MigrationProject, type MigrationProjects, type MigrationProjectSettings } from '../../server-migration/migration-project.ts';
import { tenantOf } from './access.ts';
import { bodyReader } from './read-body.ts';
import { queryReader } from './read-query.ts';
import type { SmsRoutes } from './routes.ts';

const readCreate = bodyReader(CreateMigrationProject);
const readChange = bodyReader(ChangeMigrationProject);
const ListQuery = PageQuery(100);
const readList = queryReader(ListQuery);
const usualLimit = 50;

interface OfProject {
  readonly Params: MigrationProjectParams;
}

export function migrationProjectRoutes(projects: MigrationProjects): SmsRoutes {
  return (app) => {
    const tags = ['SMS migration projects'];
    const params = MigrationProjectParams;

    app.post('/v3/migprojects', { schema: { operationId: 'CreateMigproject', summary: 'Create a migration project', tags, body: CreateMigrationProject, response: { 200: CreatedAnswer } } }, async (request) => {
      const { isdefault = false, ...body } = readCreate(request);
      return { id: await projects.create(tenantOf(request), { ...firstProject, ...toldBy(body) }, isdefault) };
    });

    app.get('/v3/migprojects', { schema: { operationId: 'ListMigprojects', summary: 'List migration projects', tags, querystring: ListQuery, response: { 200: MigrationProjectList } } }, async (request) => {
      const { limit, offset = 0 } = readList(request.query);
      const { items, count } = await projects.list(tenantOf(request), { limit: limit || usualLimit, offset });
      return { count, migprojects: items.map(toWire) } satisfies MigrationProjectList;
    });

    app.get<OfProject>('/v3/migprojects/:mig_project_id', { schema: { operationId: 'ShowMigproject', summary: 'Show a migration project', tags, params, response: { 200: MigrationProjectAnswer } } }, async (request) => (
      toWire(await projects.show(tenantOf(request), request.params.mig_project_id))
    ));

    app.put<OfProject>('/v3/migprojects/:mig_project_id', { schema: { operationId: 'UpdateMigproject', summary: 'Change a migration project', tags, params, body: ChangeMigrationProject } }, async (request, reply) => {
      const { isdefault, ...body } = readChange(request);
      await projects.update(tenantOf(request), request.params.mig_project_id, { ...toldBy(body), ...(isdefault === undefined ? {} : { isDefault: isdefault }) });
      return reply.code(200).send();
    });

    app.put<OfProject>('/v3/migprojects/:mig_project_id/default', { schema: { operationId: 'UpdateDefaultMigproject', summary: 'Make a migration project the default one', tags, params } }, async (request, reply) => {
      await projects.makeDefault(tenantOf(request), request.params.mig_project_id);
      return reply.code(200).send();
    });

    app.delete<OfProject>('/v3/migprojects/:mig_project_id', { schema: { operationId: 'DeleteMigproject', summary: 'Delete a migration project', tags, params } }, async (request, reply) => {
      await projects.remove(tenantOf(request), request.params.mig_project_id);
      return reply.code(200).send();
    });
  };
}

/** What the body tells, and nothing else. */
function toldBy(body: ChangeMigrationProject): Partial<MigrationProjectSettings> {
  const told = {
    name: body.name, description: body.description, region: body.region, type: body.type, startTargetServer: body.start_target_server, speedLimit: body.speed_limit,
    usePublicIp: body.use_public_ip, existServer: body.exist_server, enterpriseProject: body.enterprise_project, syncing: body.syncing, startNetworkCheck: body.start_network_check,
  };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
}

function toWire(project: MigrationProject): MigrationProjectAnswer {
  return {
    id: project.id, name: project.name, description: project.description, isdefault: project.isDefault, region: project.region, type: project.type,
    start_target_server: project.startTargetServer, speed_limit: project.speedLimit, use_public_ip: project.usePublicIp, exist_server: project.existServer,
    enterprise_project: project.enterpriseProject, syncing: project.syncing, start_network_check: project.startNetworkCheck,
  };
}
