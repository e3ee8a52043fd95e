/** What Grafana's server writes into its page; the libraries read it while they are being loaded. */

/** The version of the @grafana libraries in package.json. */
const GRAFANA_VERSION = '13.2.2';

export type ThemeName = 'dark' | 'light';

const THEME_KEY = 'onehertz.preview.theme';

/** From `?theme=`, else as chosen last, else dark as in Grafana. */
export function preferredTheme(): ThemeName {
  const wanted = new URLSearchParams(window.location.search).get('theme') ?? window.localStorage.getItem(THEME_KEY);
  return wanted === 'light' ? 'light' : 'dark';
}

export function rememberTheme(theme: ThemeName): void {
  window.localStorage.setItem(THEME_KEY, theme);
}

/** To be called before any @grafana library is imported. */
export function writeBootData(): void {
  const page = window as unknown as Record<string, unknown>;
  page['__grafana_public_path__'] = '/public/';
  page['grafanaBootData'] = {
    assets: { dark: '', light: '' },
    navTree: [],
    user: {
      theme: preferredTheme(),
      timezone: 'browser',
      orgId: 1,
      orgRole: 'Viewer',
      isSignedIn: true,
      login: 'preview',
      language: 'en-US',
    },
    settings: {
      buildInfo: { version: GRAFANA_VERSION, commit: '', env: 'production', edition: 'Open Source' },
      featureToggles: {},
      datasources: {},
      panels: {},
      apps: {},
      minRefreshInterval: '1s',
      liveEnabled: true,
    },
  };
}
