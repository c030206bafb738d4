/** What proves to a cloud who asks. Never shown, logged or kept in clear. */
export interface StoreCredentials {
  /** Access key id, account name or HMAC access id; empty where a file or a connection string says it all. */
  readonly accessKey: string;
  readonly secretKey: string;
  /** Of temporary credentials. */
  readonly securityToken?: string;
  /** Google: the JSON key file of a service account. */
  readonly jsonAuthFile?: string;
  /** Azure: `AccountName=…;AccountKey=…;…`. */
  readonly connectionString?: string;
}
