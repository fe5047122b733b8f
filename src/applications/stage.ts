/**
 * Where an application in review stands. `execution` and `enabling` are the agency's registrar's; the two that begin
 * with `ministry-` after the review are the ministry administrator's.
 */
export const STAGES = [
  'head-review',
  'letter',
  'competent-review',
  'ministry-review',
  'execution',
  'ministry-execution',
  'enabling',
  'ministry-enabling',
] as const;
export type Stage = (typeof STAGES)[number];

/** What a person does in an application; nobody has two of them in one (DESIGN rule 7). Recording a letter is none. */
export const DUTIES = ['apply', 'review', 'competent', 'ministry', 'execution'] as const;
export type Duty = (typeof DUTIES)[number];

/** The duty of whoever acts at a stage; a letter is recorded without one. */
export const DUTY_OF_STAGE: Readonly<Record<Stage, Duty | null>> = {
  'head-review': 'review',
  letter: null,
  'competent-review': 'competent',
  'ministry-review': 'ministry',
  execution: 'execution',
  'ministry-execution': 'execution',
  enabling: 'execution',
  'ministry-enabling': 'execution',
};

/** Whether the last act of the application is what is waited for: the change itself. */
export function isExecution(stage: Stage): boolean {
  return DUTY_OF_STAGE[stage] === 'execution';
}
