/** Templates of target servers: the use cases behind /v3/vm/templates. */
import { CreatedAnswer } from '@haulier/wire/sms/service.ts';
import { DeleteTemplates, ListTemplatesQuery, ShowTemplateAnswer, TargetPasswordAnswer, TemplateList, TemplateParams, TemplateRequest } from '@haulier/wire/sms/templates.ts';
import type { ServerTemplates } from '../../server-migration/template.ts';
import { agentTenantOf, tenantOf } from './access.ts';
import { bodyReader } from './read-body.ts';
import { queryReader } from './read-query.ts';
import type { SmsRoutes } from './routes.ts';
import { newSettings, passwordIn, templateToWire, toldSettings } from './template-wire.ts';

const readTemplate = bodyReader(TemplateRequest);
const readIds = bodyReader(DeleteTemplates);
const readList = queryReader(ListTemplatesQuery);
const usualLimit = 50;

interface OfTemplate {
  readonly Params: TemplateParams;
}

export function templateRoutes(templates: ServerTemplates): SmsRoutes {
  return (app) => {
    const tags = ['SMS templates'];
    const params = TemplateParams;

    app.post('/v3/vm/templates', { schema: { operationId: 'CreateTemplate', summary: 'Create a template', tags, body: TemplateRequest, response: { 200: CreatedAnswer } } }, async (request) => {
      const { template } = readTemplate(request);
      return { id: await templates.create(tenantOf(request), newSettings(template), passwordIn(template)) };
    });

    app.get('/v3/vm/templates', { schema: { operationId: 'ListTemplates', summary: 'List templates', tags, querystring: ListTemplatesQuery, response: { 200: TemplateList } } }, async (request) => {
      const { limit, offset = 0, name, id, region, availability_zone: availabilityZone } = readList(request.query);
      const { items, count } = await templates.list(tenantOf(request), {
        limit: limit || usualLimit, offset,
        ...(name === undefined ? {} : { name }), ...(id === undefined ? {} : { id }), ...(region === undefined ? {} : { region }), ...(availabilityZone === undefined ? {} : { availabilityZone }),
      });
      return { count, templates: items.map(templateToWire) } satisfies TemplateList;
    });

    app.post('/v3/vm/templates/delete', { schema: { operationId: 'DeleteTemplates', summary: 'Delete several templates: all of them or none', tags, body: DeleteTemplates } }, async (request, reply) => {
      await templates.remove(tenantOf(request), readIds(request).ids);
      return reply.code(200).send();
    });

    app.get<OfTemplate>('/v3/vm/templates/:id', { schema: { operationId: 'ShowTemplate', summary: 'Show a template, without its password', tags, params, response: { 200: ShowTemplateAnswer } } }, async (request) => (
      { template: templateToWire(await templates.show(tenantOf(request), request.params.id)) }
    ));

    app.put<OfTemplate>('/v3/vm/templates/:id', { schema: { operationId: 'UpdateTemplate', summary: 'Change a template; what is absent stays as it is', tags, params, body: TemplateRequest } }, async (request, reply) => {
      const { template } = readTemplate(request);
      await templates.update(tenantOf(request), request.params.id, toldSettings(template), passwordIn(template));
      return reply.code(200).send();
    });

    app.delete<OfTemplate>('/v3/vm/templates/:id', { schema: { operationId: 'DeleteTemplate', summary: 'Delete a template', tags, params } }, async (request, reply) => {
      await templates.remove(tenantOf(request), [request.params.id]);
      return reply.code(200).send();
    });

    app.get<OfTemplate>('/v3/vm/templates/:id/target-password', { schema: { operationId: 'ShowTargetPassword', summary: 'Show the password of the target', tags, params, response: { 200: TargetPasswordAnswer } } }, async (request, reply) => {
      const { id } = request.params;
      const answer: TargetPasswordAnswer = { template_id: id, target_password: await templates.password(agentTenantOf(request), id) };
      return reply.header('cache-control', 'no-store').send(answer);
    });
  };
}
