import type { Scene, Shape, Tone } from './scene.js';

/** Colors of an image file, on white. */
export const FILE_COLORS: Readonly<Record<Tone, string>> = {
  ...{ text: '#1f1f1f', muted: '#5f5f5f', grid: '#d8d8d8', mark: '#0b63b5' },
  ...{ good: '#1a7f37', bad: '#b3261e', band: '#0b63b5' },
  ...{ red: '#c62828', orange: '#b85c00', yellow: '#8a6d00' },
  ...{ green: '#1a7f37', blue: '#0b63b5', purple: '#7b3fa0' },
};

/**
 * A scene as an SVG element for a page. Colors are classes (`tone-mark` and so on) and presentation
 * attributes, never `style`, which a webview's content security policy refuses.
 */
export function svgOf(scene: Scene): string {
  return elementOf(scene, '', (tone) => `class="tone-${tone}"`);
}

/** A scene as the text of an image file, which is read on pages of any color: dark marks on white. */
export function svgFileOf(scene: Scene): string {
  const page = '<rect width="100%" height="100%" rx="4" fill="#ffffff"/>';
  return elementOf(scene, page, (tone) => `color="${FILE_COLORS[tone]}"`);
}

type ToneAttribute = (tone: Tone) => string;

function elementOf(
  { width, height, summary, shapes }: Scene,
  background: string,
  toneAttribute: ToneAttribute,
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escaped(summary)}</title>`,
    ...(background === '' ? [] : [background]),
    ...shapes.map((shape) => markupOf(shape, toneAttribute)),
    '</svg>',
  ].join('\n');
}

function markupOf(shape: Shape, toneAttribute: ToneAttribute): string {
  const datum = shape.datum === undefined ? '' : ` data-datum="${escaped(shape.datum)}"`;
  const attributes = `${toneAttribute(shape.tone)}${datum}`;
  const title = shape.title === undefined ? '' : `<title>${escaped(shape.title)}</title>`;
  const opacity = (name: string): string =>
    shape.strength === undefined ? '' : ` ${name}="${px(shape.strength)}"`;
  switch (shape.kind) {
    case 'line': {
      const [[x1, y1], [x2, y2]] = [shape.from, shape.to];
      return `<line ${attributes} x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}" ${strokeOf(shape)}${opacity('stroke-opacity')}>${title}</line>`;
    }
    case 'path': {
      const points = shape.points.map(([x, y]) => `${px(x)},${px(y)}`).join(' ');
      return shape.isFilled === true
        ? `<polygon ${attributes} points="${points}" fill="currentColor"${opacity('fill-opacity')}>${title}</polygon>`
        : `<polyline ${attributes} points="${points}" fill="none" ${strokeOf(shape)}${opacity('stroke-opacity')}>${title}</polyline>`;
    }
    case 'rect': {
      const [x, y] = shape.at;
      return `<rect ${attributes} x="${px(x)}" y="${px(y)}" width="${px(shape.width)}" height="${px(shape.height)}" fill="currentColor"${opacity('fill-opacity')}>${title}</rect>`;
    }
    case 'dot': {
      const [x, y] = shape.at;
      const fill =
        shape.isHollow === true ? 'fill="none" stroke="currentColor"' : 'fill="currentColor"';
      return `<circle ${attributes} cx="${px(x)}" cy="${px(y)}" r="${px(shape.radius)}" ${fill}${opacity('opacity')}>${title}</circle>`;
    }
    case 'text': {
      const [x, y] = shape.at;
      const weight = shape.isBold === true ? ' font-weight="600"' : '';
      return `<text ${attributes} x="${px(x)}" y="${px(y)}" text-anchor="${shape.anchor ?? 'start'}" fill="currentColor"${weight}${opacity('fill-opacity')}>${title}${escaped(shape.text)}</text>`;
    }
  }
}

function strokeOf({
  width,
  isDashed,
}: {
  readonly width?: number;
  readonly isDashed?: boolean;
}): string {
  const dashes = isDashed === true ? ' stroke-dasharray="4 3"' : '';
  return `stroke="currentColor" stroke-width="${width ?? 1}"${dashes}`;
}

function px(value: number): string {
  return String(Number(value.toFixed(2)));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text inside of markup. Control characters and others that XML forbids are replaced. */
export function escaped(text: string): string {
  return text
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!)
    .replaceAll(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, '\ufffd');
}
