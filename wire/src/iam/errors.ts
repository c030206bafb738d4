import { Type } from 'typebox';

/** Errors of /v3.0 and of the documents' section 3.3. */
export const CodedError = Type.Object({ error_msg: Type.String(), error_code: Type.String() });
