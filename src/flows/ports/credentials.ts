/** Reads of credentials; also usable inside a change. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface CredentialReader {}

/** Writes of credentials, inside a change only. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface CredentialChanges extends CredentialReader {}
