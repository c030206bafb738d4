import type { FastifyInstance } from 'fastify';

/** Schemas are documentation: requests are judged in the order of the documents' fields, answers are typed already. */
export function describeOnly(app: FastifyInstance): void {
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
}
