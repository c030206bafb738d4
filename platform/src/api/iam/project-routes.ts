import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { DomainList, ProjectBox, ProjectList, ProjectQuery, ProjectRequest, RegionList } from '@haulier/wire/iam/projects.ts';
import type { Accounts } from '../../identity/accounts.ts';
import { baseOf, callerOf } from './request-facts.ts';
import { listLinks, projectAnswer } from './wire-forms.ts';

/** Projects and domains, as the SDKs look them up to fill X-Project-Id and X-Domain-Id. */
export function projectRoutes(accounts: Accounts): FastifyPluginCallbackTypebox {
  return (app, _options, done) => {
    const tags = ['IAM'];
    for (const path of ['/v3/projects', '/v3/auth/projects']) {
      app.get(path, { schema: { tags, summary: 'List the projects of the caller', querystring: ProjectQuery, response: { 200: ProjectList } } }, async (request) => {
        const { user } = callerOf(request);
        const { name, domain_id: domainId } = request.query;
        const projects = domainId === undefined || domainId === user.domainId ? await accounts.projects(user, name) : [];
        return { projects: projects.map((project) => projectAnswer(project, baseOf(request))), links: listLinks(baseOf(request), request.url) };
      });
    }

    app.post('/v3/projects', { schema: { tags, summary: 'Create a project', body: ProjectRequest, response: { 201: ProjectBox } } }, async (request, reply) => {
      const { user } = callerOf(request);
      const { name, description, domain_id: domainId } = request.body.project;
      const project = await accounts.addProject(user, { name, description: description ?? '', domainId: domainId ?? user.domainId });
      return reply.code(201).send({ project: projectAnswer(project, baseOf(request)) });
    });

    app.get('/v3/auth/domains', { schema: { tags, summary: 'List the domains of the caller', response: { 200: DomainList } } }, async (request) => {
      const { id, name } = await accounts.domain(callerOf(request).user);
      const domain = { id, name, description: '', enabled: true, links: { self: `${baseOf(request)}/v3/domains/${id}` } };
      return { domains: [domain], links: listLinks(baseOf(request), request.url) };
    });

    app.get('/v3/regions', { schema: { tags, summary: 'List regions in which projects are created by name: none', response: { 200: RegionList } } }, (request) => (
      { regions: [], links: listLinks(baseOf(request), request.url) }
    ));
    done();
  };
}
