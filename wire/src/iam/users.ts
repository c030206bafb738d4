/** POST /v3.0/OS-USER/users, the documents' own example (sections 3.1 and 3.3). */
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { NonEmptyText, Text } from './text.ts';

export const UserRequest = Type.Object({
  user: Type.Object({
    domain_id: NonEmptyText(64),
    /** 1 to 64 characters that do not start with a digit. */
    name: Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z_.@ -][A-Za-z0-9_.@ -]*$' }),
    /** Without one the user can only sign requests. */
    password: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    email: Type.Optional(Text(255)),
    description: Type.Optional(Type.String({ maxLength: 255, pattern: '^[^@#%&<>\\\\$^*\\u0000]*$' })),
    /** This project's own field: `readonly` unless said otherwise, as a new user of the documents' IAM may do nothing. */
    role: Type.Optional(Type.Enum(['admin', 'readonly'])),
  }),
});
export type UserRequest = Static<typeof UserRequest>;

const text = Type.String();

export const UserAnswer = Type.Object({
  user: Type.Object({
    id: text, name: text, description: text, areacode: text, phone: text, email: text,
    status: Type.Null(), enabled: Type.Boolean(), pwd_status: Type.Boolean(), access_mode: text, is_domain_owner: Type.Boolean(),
    xuser_id: text, xuser_type: text, password_expires_at: Type.Null(),
    /** UTC with six decimals and no zone, e.g. `2024-05-21T09:03:41.000000`. */
    create_time: text,
    domain_id: text, xdomain_id: text, xdomain_type: text, default_project_id: Type.Null(),
  }),
});
export type UserAnswer = Static<typeof UserAnswer>;
