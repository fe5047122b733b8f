import type { JSX } from 'preact';
import type { Application, Attachment } from '../../applications/application.ts';
import type { FieldError } from '../field-errors.ts';
import { APPLICATIONS, ATTACHMENT_WORDS } from '../texts/applications.ts';
import { ActionForm } from './action-form.tsx';
import { baseOf, pageOf, tokenOf, type ApplicationFrame } from './application-frame.tsx';
import { FileField, SelectField } from './form-field.tsx';
import { Icon } from './icons.tsx';

/** Attachments of an application; while it is a draft or returned (`isOpen`) files are added and removed here. */
export function ApplicationFiles(props: {
  readonly frame: ApplicationFrame;
  readonly application: Application | null;
  readonly attachments: readonly Attachment[];
  readonly errors: readonly FieldError[];
  readonly isOpen: boolean;
}): JSX.Element {
  const { frame, application, attachments, errors, isOpen } = props;
  const page = pageOf(frame);
  const { language } = page;
  const path = `${baseOf(frame)}/${application?.number ?? ''}/attachments`;
  const version = String(application?.version ?? 0);
  return (
    <section aria-labelledby="files">
      <h2 id="files">{APPLICATIONS.attachments[language]}</h2>
      {attachments.length === 0 && <p class="soft">{APPLICATIONS.noAttachments[language]}</p>}
      <ul class="plain">
        {attachments.map(each => (
          <li>
            <a class="break" href={`${path}/${each.id}`}>
              {each.fileName}
            </a>{' '}
            <span class="soft nowrap">
              {ATTACHMENT_WORDS[each.kind][language]}・{Math.ceil(each.size / 1024)} KB
            </span>
            {isOpen && (
              <ActionForm action={`${path}/${each.id}/remove`} formToken={tokenOf(frame)}>
                <input type="hidden" name="version" value={version} />
                <button class="button button-small button-quiet" type="submit">
                  {APPLICATIONS.detach[language]}
                </button>
              </ActionForm>
            )}
          </li>
        ))}
      </ul>
      {isOpen && application === null && <p class="faint">{APPLICATIONS.attachFirst[language]}</p>}
      {isOpen && application !== null && (
        <ActionForm action={path} formToken={tokenOf(frame)} isUpload>
          <input type="hidden" name="version" value={version} />
          <SelectField
            page={page}
            name="kind"
            label={APPLICATIONS.kind}
            value="basis"
            options={(['basis', 'signed-sheet'] as const).map(value => ({
              value,
              label: ATTACHMENT_WORDS[value][language],
            }))}
          />
          <FileField page={page} name="file" label={APPLICATIONS.file} hint={APPLICATIONS.fileHint} errors={errors} />
          <button class="button" type="submit">
            <Icon name="document" />
            {APPLICATIONS.attach[language]}
          </button>
        </ActionForm>
      )}
    </section>
  );
}
