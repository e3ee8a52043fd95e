/** What other workspaces (demo, e2e, bench) use of the exporter. */
export * from './probes/probe';
