/** Grafana Live: what the exporter pushes and the panel reads. See docs/grafana-live.md. */
export * from './board-row';
export * from './channels';
export * from './details';
export * from './fields';
export * from './history-row';
export * from './labels';
export * from './values';
