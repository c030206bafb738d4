/** Why a request is not let in. Each API answers it in its own shape. */
export type AuthenticationFailure =
  /** Neither X-Auth-Token nor Authorization. */
  | 'missing'
  | 'bad-token'
  /** An Authorization header or X-Sdk-Date that cannot be read. */
  | 'malformed'
  | 'unknown-access-key'
  | 'bad-signature'
  /** X-Sdk-Date is more than 15 minutes from the server's clock. */
  | 'clock-skew'
  | 'bad-security-token'
  /** X-Project-Id or X-Domain-Id names something that is not the caller's. */
  | 'wrong-scope';

const sentences: Readonly<Record<AuthenticationFailure, string>> = {
  'missing': 'The request carries neither X-Auth-Token nor a signature.',
  'bad-token': 'The token is unknown or has expired.',
  'malformed': 'The signature header or X-Sdk-Date cannot be read.',
  'unknown-access-key': 'The access key is unknown, inactive or has expired.',
  'bad-signature': 'The signature does not match the request.',
  'clock-skew': 'X-Sdk-Date is more than 15 minutes away from the clock of the server.',
  'bad-security-token': 'X-Security-Token does not belong to the access key.',
  'wrong-scope': 'X-Project-Id or X-Domain-Id is not one of the caller.',
};

/** `wrong-scope` is 403: the caller is known, and may not. All else is 401. */
export class AuthenticationError extends Error {
  override readonly name = 'AuthenticationError';
  readonly failure: AuthenticationFailure;
  readonly statusCode: 401 | 403;
  constructor(failure: AuthenticationFailure) {
    super(sentences[failure]);
    this.failure = failure;
    this.statusCode = failure === 'wrong-scope' ? 403 : 401;
  }
}
