/** The description that the real server gives of itself, and what it asks of those who come without credentials. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../support/iam.ts';
import { createInstallation, type TestInstallation } from '../support/serve.ts';

type Requirements = readonly Readonly<Record<string, readonly string[]>>[];

interface Description {
  readonly components: { readonly securitySchemes: Readonly<Record<string, unknown>> };
  readonly security: Requirements;
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security?: Requirements }>>>>;
}

let installation: TestInstallation;
let description: Description;
beforeAll(async () => {
  installation = await createInstallation();
  await installation.serve();
  description = (await ask(installation.url, 'GET', '/openapi.json')).body as Description;
});
afterAll(() => installation.remove());

const operations = () => Object.entries(description.paths).flatMap(([path, methods]) => (
  Object.entries(methods).map(([method, { security = description.security }]) => ({ method: method.toUpperCase(), path, security }))
));

test('the description of all APIs together is valid OpenAPI, and names every credential it asks for', async () => {
  expect(await new Validator().validate(JSON.stringify(description, null, 1))).toEqual({ valid: true });
  const asked = new Set(operations().flatMap(({ security }) => security.flatMap((requirement) => Object.keys(requirement))));
  expect([...asked].toSorted()).toEqual(Object.keys(description.components.securitySchemes).toSorted());
  for (const path of ['/v2/{project_id}/tasks', '/v3/auth/tokens', '/v3/sources', '/v2/{project_id}/cloudvolumes', '/v3/{project_id}/volumes']) expect(Object.keys(description.paths)).toContain(path);
});

test('without credentials every operation answers 401, but for those that are described as open to all', async () => {
  const wrong: string[] = [];
  for (const { method, path, security } of operations()) {
    const { status } = await ask(installation.url, method, path.replaceAll(/\{\w+\}/g, 'x'), method === 'GET' ? {} : { body: {} });
    const isOpen = security.length === 0 || security.some((requirement) => Object.keys(requirement).length === 0);
    if ((status === 401) === isOpen) wrong.push(`${method} ${path} answers ${status} and is described as ${isOpen ? 'open' : 'closed'}`);
  }
  expect(wrong).toEqual([]);
});
