/** Starts the page: services, plugin, list of dashboards; then renders, again after each change of theme. */
import { createTheme, type PanelPlugin, ThemeContext } from '@grafana/data';
import { config, getAppEvents, ThemeChangedEvent } from '@grafana/runtime';
import { GlobalStyles, PortalContainer } from '@grafana/ui';
import { useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createDataSourceService } from './data-sources/service';
import { preferredTheme, rememberTheme, type ThemeName } from './environment/boot-data';
import { loadPlugin, PLUGIN_ID } from './environment/plugin-loader';
import { registerServices } from './environment/services';
import { connectLive, type LiveConnection } from './live/connection';
import { createLiveService } from './live/live-service';
import { listDashboards, type DashboardEntry } from './page/dashboards';
import { followLinks } from './page/link-clicks';
import { LocationRouter } from './page/location-router';
import { Page } from './page/page';
import { createCorePanel } from './panels';

export async function start(): Promise<void> {
  const root = createRoot(document.getElementById('root') as HTMLElement);
  try {
    const live = connectLive();
    const panels = new Map<string, PanelPlugin>();
    await registerServices({
      live: createLiveService(live),
      dataSources: createDataSourceService(),
      panel(id) {
        const plugin = panels.get(id) ?? createCorePanel(id);
        panels.set(id, plugin);
        return plugin;
      },
    });
    panels.set(PLUGIN_ID, await loadPlugin());
    followLinks();
    root.render(<App live={live} dashboards={await listDashboards()} />);
  } catch (error) {
    root.render(
      <pre role="alert">The preview cannot start: {error instanceof Error ? error.message : String(error)}</pre>
    );
  }
}

function App({ live, dashboards }: { live: LiveConnection; dashboards: DashboardEntry[] }) {
  const [name, setName] = useState(preferredTheme);
  const theme = useMemo(() => createTheme({ colors: { mode: name } }), [name]);
  const change = (chosen: ThemeName) => {
    rememberTheme(chosen);
    // for code that reads the theme outside of React, such as field overrides
    config.theme2 = createTheme({ colors: { mode: chosen } });
    getAppEvents().publish(new ThemeChangedEvent(config.theme2));
    setName(chosen);
  };
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <LocationRouter>
        <Page {...{ dashboards, live }} theme={name} onTheme={change} />
      </LocationRouter>
      <PortalContainer />
    </ThemeContext.Provider>
  );
}
