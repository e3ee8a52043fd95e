import React from 'react';
import { Drawer } from '@grafana/ui';
import { ComponentDetails, Subtitle, type DetailsProps } from './ComponentDetails';
import { useEscape } from './useEscape';

interface Props extends DetailsProps {
  onClose: () => void;
}

/** The details of one component beside the board. */
export function ComponentDrawer({ onClose, ...details }: Props) {
  const { component, timeZone } = details;
  useEscape(onClose);
  return (
    <Drawer
      title={component.displayName}
      subtitle={<Subtitle component={component} timeZone={timeZone} />}
      size="md"
      onClose={onClose}
    >
      <ComponentDetails {...details} />
    </Drawer>
  );
}
