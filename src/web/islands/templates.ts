/** Words and markup come from `<template>`s of the page: the scripts hold no text and make no markup. */

/** An element that the page is known to have; a page without it is not ours. */
export function elementById<T extends Element>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`The page has no ${id}.`);
  return element;
}

/** The template with this data attribute. */
export function findTemplate(attribute: string, value: string): HTMLTemplateElement {
  const template = document.querySelector(`template[data-${attribute}="${CSS.escape(value)}"]`);
  if (!(template instanceof HTMLTemplateElement)) throw new Error(`The page has no template ${attribute}=${value}.`);
  return template;
}

/** A copy of the template's content, to be put into the page. */
export function copyOf(template: HTMLTemplateElement): DocumentFragment {
  return document.importNode(template.content, true);
}
