/** What the data plane says about itself (a pino logger fits). No cookie, assertion, query or content goes into it. */
export interface GatewayLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
