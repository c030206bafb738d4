/** GET /v3/projects, /v3/auth/projects, /v3/auth/domains, POST /v3/projects. */
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Text } from './text.ts';

const listLinks = Type.Object({ self: Type.String(), previous: Type.Null(), next: Type.Null() });
const selfLink = Type.Object({ self: Type.String() });

export const ProjectAnswer = Type.Object({
  id: Type.String(),
  name: Type.String(),
  domain_id: Type.String(),
  parent_id: Type.String(),
  description: Type.String(),
  is_domain: Type.Boolean(),
  enabled: Type.Boolean(),
  links: selfLink,
});
export type ProjectAnswer = Static<typeof ProjectAnswer>;

export const ProjectList = Type.Object({ projects: Type.Array(ProjectAnswer), links: listLinks });
export const ProjectBox = Type.Object({ project: ProjectAnswer });

export const ProjectQuery = Type.Object({
  name: Type.Optional(Text(255)),
  domain_id: Type.Optional(Text(64)),
});

export const ProjectRequest = Type.Object({
  project: Type.Object({
    name: Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' }),
    domain_id: Type.Optional(Text(64)),
    description: Type.Optional(Text(255)),
  }),
});
export type ProjectRequest = Static<typeof ProjectRequest>;

export const DomainList = Type.Object({
  domains: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), description: Type.String(), enabled: Type.Boolean(), links: selfLink })),
  links: listLinks,
});
export type DomainList = Static<typeof DomainList>;

/** GET /v3/regions: the SDKs ask for it when a project of the region's name is missing. */
export const RegionList = Type.Object({ regions: Type.Array(Type.Object({ id: Type.String(), type: Type.String() })), links: listLinks });
