export { boardOn, type Board } from './board';
export { launchBrowser, openPage, type OpenPage, type PageSettings } from './browser';
export { built } from './built';
export { liveTarget, onePanel, PROMETHEUS, type PanelSettings } from './dashboards';
export { startTargets, type Targets } from './targets';
export { createWorld, type ComponentConfig, type PreviewSettings, type World } from './world';
