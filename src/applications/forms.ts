import type { FormDefinition, FormId } from './form.ts';
import { D_06_09 } from './forms/d-06-09.ts';
import { D_06_10 } from './forms/d-06-10.ts';
import { D_06_11 } from './forms/d-06-11.ts';

/** Every form by its id. */
export const FORMS: Readonly<Record<FormId, FormDefinition>> = {
  'D-06-09': D_06_09,
  'D-06-10': D_06_10,
  'D-06-11': D_06_11,
};
