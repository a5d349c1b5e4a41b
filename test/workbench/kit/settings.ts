export type ColorTheme = 'light' | 'dark';

export type Settings = Record<string, unknown>;

/** Keeps the workbench from doing anything on its own: no welcome pages, updates or telemetry. */
export const QUIET_SETTINGS: Settings = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'npm.fetchOnlinePackageInfo': false,
  'editor.hover.delay': 100,
};

const LIGHT = 'Light 2026';
const DARK = 'Dark 2026';

/** Settings that select VS Code's own light or dark theme, and what the toggle goes between. */
export function themeSettings(theme: ColorTheme): Settings {
  return {
    'workbench.colorTheme': theme === 'light' ? LIGHT : DARK,
    'workbench.preferredLightColorTheme': LIGHT,
    'workbench.preferredDarkColorTheme': DARK,
  };
}
