import { RUN_COLORS, type RunColor } from '../../src/core/runs/annotations.js';

/** Chart colors, read from the theme because a canvas cannot use CSS variables. */
export interface ChartColors {
  readonly train: string;
  readonly trainFaint: string;
  readonly heldOut: string;
  readonly warning: string;
  readonly grid: string;
  readonly text: string;
  readonly background: string;
  readonly font: string;
}

/** Whether a contrast theme of the system replaces the colors of the page. */
function forcedColors(): MediaQueryList {
  return matchMedia('(forced-colors: active)');
}

export function readChartColors(): ChartColors {
  const colors = themeColors();
  if (!forcedColors().matches) return colors;
  // The system has replaced the background that the theme chose these for.
  const [text, grid, background] = ['CanvasText', 'var(--masklab-grid)', 'Canvas'].map(pageColor);
  return { ...colors, ...{ text: text!, grid: grid!, background: background! } };
}

/** A color as the page has it, since a canvas has the system colors of no contrast theme. */
function pageColor(color: string): string {
  return probed((probe) => {
    probe.style.setProperty('forced-color-adjust', 'none');
    probe.style.color = color;
  });
}

function probed(prepare: (probe: HTMLElement) => void): string {
  const probe = document.createElement('span');
  prepare(probe);
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function themeColors(): ChartColors {
  const style = getComputedStyle(document.body);
  const read = (name: string, fallback: string): string =>
    style.getPropertyValue(name).trim() || fallback;
  return {
    train: read('--masklab-train', '#3794ff'),
    trainFaint: read('--masklab-train-faint', 'rgba(55, 148, 255, 0.35)'),
    heldOut: read('--masklab-held-out', '#d18616'),
    warning: read('--vscode-editorWarning-foreground', '#cca700'),
    grid: read('--masklab-grid', 'rgba(128, 128, 128, 0.25)'),
    text: read('--vscode-descriptionForeground', style.color),
    background: read('--vscode-editor-background', 'transparent'),
    font: `11px ${read('--vscode-font-family', 'sans-serif')}`,
  };
}

/** Colors of groups as the style sheet has them, which a theme may leave undefined. */
export function readRunColors(): Readonly<Record<RunColor, string>> {
  const entries = RUN_COLORS.map((color) => {
    // The color of a swatch, which contrast themes of the system do not replace.
    const found = probed((probe) => {
      probe.className = `dot tone-${color}`;
    });
    return [color, found] as const;
  });
  return Object.fromEntries(entries) as Record<RunColor, string>;
}

/** Calls the listener when the workbench or the system changes the colors of the page. */
export function onDidChangeTheme(listener: () => void): { dispose(): void } {
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  const forced = forcedColors();
  forced.addEventListener('change', listener);
  return {
    dispose: () => {
      observer.disconnect();
      forced.removeEventListener('change', listener);
    },
  };
}

export function prefersReducedMotion(): boolean {
  return (
    document.body.classList.contains('vscode-reduce-motion') ||
    matchMedia('(prefers-reduced-motion: reduce)').matches
  );
}
