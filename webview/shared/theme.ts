import { TONES, type Tone } from '../../src/core/charts/scene.js';
import type { ImageColors } from '../../src/core/charts/svg.js';
import type { RunColor } from '../../src/core/runs/annotations.js';

/** Chart colors, read from the theme because a canvas cannot use CSS variables. */
export interface ChartColors {
  readonly train: string;
  readonly trainFaint: string;
  readonly heldOut: string;
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
    grid: read('--masklab-grid', 'rgba(128, 128, 128, 0.25)'),
    text: read('--vscode-descriptionForeground', style.color),
    background: read('--vscode-editor-background', 'transparent'),
    font: `11px ${read('--vscode-font-family', 'sans-serif')}`,
  };
}

const TONE_VARIABLES: Readonly<Record<Exclude<Tone, RunColor>, string>> = {
  text: '--vscode-foreground',
  muted: '--vscode-descriptionForeground',
  mark: '--vscode-charts-blue',
  good: '--masklab-good',
  bad: '--masklab-bad',
  band: '--vscode-charts-blue',
  grid: '--masklab-grid',
};

/** Colors of the theme for an image that leaves the page. */
export function readImageColors(): ImageColors {
  const probe = document.createElement('span');
  document.body.append(probe);
  const resolved = (variable: string): string => {
    probe.style.color = `var(${variable}, currentColor)`;
    return getComputedStyle(probe).color;
  };
  const entries = TONES.map((tone) => [tone, resolved(variableOf(tone))] as const);
  const background = resolved('--vscode-editor-background');
  probe.remove();
  return { background, tones: Object.fromEntries(entries) as ImageColors['tones'] };
}

function variableOf(tone: Tone): string {
  return isRunColor(tone) ? `--vscode-charts-${tone}` : TONE_VARIABLES[tone];
}

function isRunColor(tone: Tone): tone is RunColor {
  return !Object.hasOwn(TONE_VARIABLES, tone);
}

/** Color of a group in the theme. */
export function readRunColors(): Readonly<Record<RunColor, string>> {
  return readImageColors().tones;
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
