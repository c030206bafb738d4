/** Path and query parameters of section 5.2. */
import { Type, type Static } from 'typebox';

export const ProjectParams = Type.Object({ project_id: Type.String({ minLength: 1, maxLength: 1024 }) });
export type ProjectParams = Static<typeof ProjectParams>;

export const TaskParams = Type.Object({
  project_id: Type.String({ minLength: 1, maxLength: 1024 }),
  task_id: Type.String({ minLength: 1, maxLength: 1024, description: 'At most 15 digits.' }),
});
export type TaskParams = Static<typeof TaskParams>;

/** Table 5-12; task_name is sent by SDKs and absent from the table. */
export const ListTasksQuery = Type.Object({
  group_id: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10 })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647, default: 0 })),
  status: Type.Optional(Type.Integer({ minimum: 1, maximum: 7 })),
  task_name: Type.Optional(Type.String({ minLength: 1, maxLength: 10_240, description: 'Part of a task name.' })),
});
export type ListTasksQuery = Static<typeof ListTasksQuery>;
