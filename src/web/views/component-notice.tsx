import type { JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import { COMPONENT_VERSION } from '../texts/readers.ts';
import { Icon } from './icons.tsx';
import { StepLink } from './story-parts.tsx';

/**
 * Which versions of the component the portal takes, for the scripts of the page, and the notice that they show where the
 * one at this computer is older. Once in a page.
 */
export function ComponentNotice(props: { readonly page: PageContext; readonly class?: string }): JSX.Element {
  const { page } = props;
  const { minimumVersion, outdated } = page.settings.component;
  return (
    <p
      class={`notice notice-wait ${props.class ?? ''}`.trim()}
      id="old-component"
      data-windows={minimumVersion.windows}
      data-mac={minimumVersion.mac}
      data-linux={minimumVersion.linux}
      data-outdated={outdated}
      hidden
    >
      <Icon name="info" />
      <span>
        {COMPONENT_VERSION.last[page.language]}
        {page.language === 'zh' ? '' : ' '}
        {COMPONENT_VERSION[outdated][page.language]} <ComponentUpdate page={page} />
      </span>
    </p>
  );
}

/** Where the newest component is found. */
export function ComponentUpdate(props: { readonly page: PageContext }): JSX.Element {
  return <StepLink page={props.page} link={{ to: 'component-download', label: COMPONENT_VERSION.download }} />;
}
