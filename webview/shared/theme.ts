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

export function readChartColors(): ChartColors {
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
  const probe = document.createElement('span');
  document.body.append(probe);
  const entries = RUN_COLORS.map((color) => {
    probe.className = `tone-${color}`;
    return [color, getComputedStyle(probe).color] as const;
  });
  probe.remove();
  return Object.fromEntries(entries) as Record<RunColor, string>;
}

/** Calls the listener when the workbench changes the theme's class or CSS variables. */
export function onDidChangeTheme(listener: () => void): { dispose(): void } {
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  return {
    dispose: () => {
      observer.disconnect();
    },
  };
}

export function prefersReducedMotion(): boolean {
  return (
    document.body.classList.contains('vscode-reduce-motion') ||
    matchMedia('(prefers-reduced-motion: reduce)').matches
  );
}
