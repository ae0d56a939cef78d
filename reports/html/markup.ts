/** The one way of writing HTML here: every value is made visible, then escaped by preact. */
import { html as bound } from 'htm/preact';
import type { ComponentChildren, VNode } from 'preact';
import { visible } from '../format.ts';

export type Markup = ComponentChildren;

export function html(strings: TemplateStringsArray, ...values: unknown[]): VNode {
  return bound(strings, ...values.map(cleaned));
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return visible(value);
  return Array.isArray(value) ? value.map(cleaned) : value;
}
