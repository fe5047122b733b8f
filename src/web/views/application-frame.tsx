import type { ComponentChildren, JSX } from 'preact';
import type { DeskContext } from '../desk-context.ts';
import type { FieldError } from '../field-errors.ts';
import type { PageContext } from '../page-context.ts';
import { APPLY } from '../texts/apply.ts';
import { ActionForm } from './action-form.tsx';
import { Breadcrumb } from './breadcrumb.tsx';
import { Desk } from './desk.tsx';
import { Door } from './door.tsx';
import { ErrorSummary } from './error-summary.tsx';

/** Around the pages about one's own applications: the desk, or the plain frame of a card's holder without an account. */
export type ApplicationFrame =
  | { readonly kind: 'desk'; readonly desk: DeskContext }
  | {
      readonly kind: 'applicant';
      readonly page: PageContext;
      readonly formToken: string;
      readonly name: string;
    };

/** Below which address these pages lie. */
export function baseOf(frame: ApplicationFrame): string {
  return frame.kind === 'desk' ? '/applications' : '/apply/applications';
}

export function pageOf(frame: ApplicationFrame): PageContext {
  return frame.kind === 'desk' ? frame.desk.page : frame.page;
}

export function tokenOf(frame: ApplicationFrame): string {
  return frame.kind === 'desk' ? frame.desk.formToken : frame.formToken;
}

export function Framed(props: {
  readonly frame: ApplicationFrame;
  readonly title: string;
  readonly parents?: readonly { readonly href: string; readonly label: string }[];
  readonly errors?: readonly FieldError[];
  readonly children: ComponentChildren;
}): JSX.Element {
  const { frame, title, parents, errors = [] } = props;
  if (frame.kind === 'desk') {
    return (
      <Desk desk={frame.desk} title={title} errors={errors} {...(parents === undefined ? {} : { parents })}>
        {props.children}
      </Desk>
    );
  }
  const { page, formToken, name } = frame;
  return (
    <Door page={page} title={title}>
      <ErrorSummary page={page} errors={errors} />
      <ActionForm action="/apply/leave" formToken={formToken} class="row">
        <span class="soft">
          {APPLY.appliesAs[page.language]} <b>{name}</b>
        </span>{' '}
        <button class="button button-small button-quiet" type="submit">
          {APPLY.leave[page.language]}
        </button>
      </ActionForm>
      {parents !== undefined && <Breadcrumb page={page} parents={parents} here={title} />}
      {props.children}
    </Door>
  );
}
