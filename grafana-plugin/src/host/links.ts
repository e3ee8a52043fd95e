/** The links of a component: those of its own configuration, and the data links of the field options with its labels as variables. */
import {
  FieldType,
  locationUtil,
  textUtil,
  type DataLink,
  type InterpolateFunction,
  type LinkModel,
  type ScopedVars,
} from '@grafana/data';
import type { Component } from '../board/component';

/** VariableFormatID.UriEncode of @grafana/schema, which would be bundled for it. */
const URI_ENCODE = 'uriencode';

/**
 * `${__component}`, `${__kind}`, `${__type}`, `${__status}`, `${__display_name}` and `${__labels.<name>}`; also Grafana's own
 * `${__field.labels.<name>}`.
 */
function linkVariables(component: Component): ScopedVars {
  const { name, kind, type, status, displayName, labels } = component;
  const field = { name, type: FieldType.number, config: {}, values: [component.responseTimeMs ?? null], labels };
  const frame = { name, fields: [field], length: 1 };
  const text = (value: string) => ({ text: value, value });
  return {
    __component: text(name),
    __kind: text(kind),
    __type: text(type),
    __status: text(status),
    __display_name: text(displayName),
    __labels: { text: name, value: labels },
    __dataContext: { value: { data: [frame], frame, frameIndex: 0, field, rowIndex: 0 } },
  };
}

export function linksOf(
  component: Component,
  links: readonly DataLink[] | undefined,
  replaceVariables: InterpolateFunction
): Array<LinkModel<Component>> {
  return [...ownLinks(component), ...fieldLinks(component, links ?? [], replaceVariables)];
}

/** The links of the component's own configuration. */
function ownLinks(component: Component): Array<LinkModel<Component>> {
  return Object.entries(component.links ?? {}).map(([title, url]) => ({
    ...{ title, href: textUtil.sanitizeUrl(url), target: '_blank', origin: component, oneClick: false },
  }));
}

function fieldLinks(
  component: Component,
  links: readonly DataLink[],
  replaceVariables: InterpolateFunction
): Array<LinkModel<Component>> {
  if (links.length === 0) {
    return [];
  }
  const variables = linkVariables(component);
  return links
    .filter(({ url }) => typeof url === 'string' && url !== '')
    .map(({ url, title, targetBlank, oneClick }) => {
      const href = replaceVariables(locationUtil.assureBaseUrl(url.replace(/\n/g, '')), variables, URI_ENCODE);
      return {
        href: textUtil.sanitizeUrl(locationUtil.processUrl(href)),
        title: replaceVariables(title || url, variables),
        target: targetBlank ? '_blank' : undefined,
        origin: component,
        oneClick: oneClick ?? false,
      };
    });
}
