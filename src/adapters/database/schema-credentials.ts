/** Tables of credentials, as the newest migration leaves them. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface CredentialTables {}
