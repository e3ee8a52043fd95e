import React from 'react';
import type { StandardEditorProps } from '@grafana/data';
import { DataSourcePicker } from '@grafana/runtime';

/** Chooses a Prometheus data source by its uid, or none. */
export function HistorySourceEditor({ value, onChange }: StandardEditorProps<string>) {
  return (
    <DataSourcePicker
      type="prometheus"
      current={value || null}
      noDefault
      variables
      placeholder="None"
      onChange={({ uid }) => onChange(uid)}
      onClear={() => onChange('')}
    />
  );
}
