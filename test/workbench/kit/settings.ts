export const COLOR_THEMES = ['light', 'dark', 'highContrast', 'highContrastLight'] as const;
export type ColorTheme = (typeof COLOR_THEMES)[number];

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
  'editor.cursorBlinking': 'solid',
  'workbench.reduceMotion': 'on',
};

/** Opens every folder in Restricted Mode, without questions. */
export const RESTRICTED_SETTINGS: Settings = {
  'security.workspace.trust.enabled': true,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
};

/** VS Code's own themes: identifiers, labels, and the class that the workbench has in them. */
export const THEMES: Record<
  ColorTheme,
  { readonly id: string; readonly label: string; readonly cssClass: string }
> = {
  light: { id: 'Light 2026', label: 'Light 2026', cssClass: 'vs' },
  dark: { id: 'Dark 2026', label: 'Dark 2026', cssClass: 'vs-dark' },
  highContrast: {
    ...{ id: 'Default High Contrast', label: 'Dark High Contrast' },
    cssClass: 'hc-black',
  },
  highContrastLight: {
    ...{ id: 'Default High Contrast Light', label: 'Light High Contrast' },
    cssClass: 'hc-light',
  },
};

/** Settings that select one of VS Code's own themes. */
export function themeSettings(theme: ColorTheme): Settings {
  return { 'workbench.colorTheme': THEMES[theme].id, 'window.autoDetectHighContrast': false };
}
