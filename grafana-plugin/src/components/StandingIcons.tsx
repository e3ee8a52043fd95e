import React from 'react';
import { Icon } from '@grafana/ui';
import { STANDING_ICONS } from './look';

/**
 * Has the icons of all statuses loaded while Grafana responds. It loads each when it is first drawn: that of a failure would come late, and
 * that of stale data, which is seen when Grafana is away, never.
 */
export function StandingIcons() {
  return (
    <span hidden>
      {STANDING_ICONS.map((name) => (
        <Icon key={name} name={name} />
      ))}
    </span>
  );
}
