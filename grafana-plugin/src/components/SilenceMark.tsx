import React from 'react';
import { Icon } from '@grafana/ui';
import type { Component } from '../board/component';
import { capitalized, silenceText } from './words';

interface Props {
  component: Component;
  className: string;
}

/** Says that alerts of the component are silenced, by whom and why; nothing if they are not. */
export function SilenceMark({ component: { silence }, className }: Props) {
  if (!silence) {
    return null;
  }
  const title = capitalized(silenceText({ ...silence, until: undefined }, 0, ''));
  return <Icon name="bell-slash" size="sm" className={className} title={title} />;
}
