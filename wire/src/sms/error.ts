import { Type, type Static } from 'typebox';

/** The body of every answer that is not a success ("Obtaining an Overview of Source Servers", tables 3 and 4). */
export const SmsErrorBody = Type.Object({
  error_code: Type.String({ maxLength: 255, description: 'The error code.' }),
  error_msg: Type.String({ maxLength: 255, description: 'The error message.' }),
  encoded_authorization_message: Type.String({ maxLength: 65_535, description: 'What was not allowed to whom, as base64 of JSON; empty where it is no matter of permissions.' }),
  error_param: Type.Array(Type.String({ maxLength: 65_535 }), { minItems: 1, maxItems: 20, description: 'The field, the resource or the action that the error is about.' }),
  details: Type.Array(Type.Object({
    error_code: Type.String({ maxLength: 65_535, description: 'The SMS error code.' }),
    error_msg: Type.String({ maxLength: 65_535, description: 'The SMS error message.' }),
  }), { minItems: 1, maxItems: 20, description: 'The error details.' }),
});
export type SmsErrorBody = Static<typeof SmsErrorBody>;
