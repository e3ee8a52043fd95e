/** Grafana's frontend sandbox, which a plugin may have to live in. */

export const PLUGIN_ID = 'onehertz-status-panel';

/**
 * Attributes for what the panel draws outside of its own element, as drawers and tooltips: of other elements the sandbox gives a plugin a
 * copy that nobody sees. Source: Grafana's public/app/features/plugins/sandbox/documentSandbox.ts.
 */
export const OWN_ELEMENT = { 'data-plugin-sandbox': PLUGIN_ID };
