const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether the text is a UUID (RFC 9562) as this project keeps them: in lower case, with its hyphens. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}
