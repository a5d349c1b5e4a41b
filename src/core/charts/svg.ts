import type { Scene, Shape } from './scene.js';

/**
 * A scene as the text of an SVG image. Colors are classes (`tone-mark` and so on) and presentation
 * attributes, never `style`, which a webview's content security policy refuses.
 */
export function svgOf({ width, height, summary, shapes }: Scene): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escaped(summary)}</title>`,
    ...shapes.map(markupOf),
    '</svg>',
  ].join('\n');
}

function markupOf(shape: Shape): string {
  const tone = `class="tone-${shape.tone}"`;
  switch (shape.kind) {
    case 'line': {
      const [[x1, y1], [x2, y2]] = [shape.from, shape.to];
      const dashes = shape.isDashed === true ? ' stroke-dasharray="4 3"' : '';
      return `<line ${tone} x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}" stroke="currentColor" stroke-width="${shape.width ?? 1}"${dashes}/>`;
    }
    case 'rect': {
      const [x, y] = shape.at;
      const strength = shape.strength === undefined ? '' : ` fill-opacity="${px(shape.strength)}"`;
      return `<rect ${tone} x="${px(x)}" y="${px(y)}" width="${px(shape.width)}" height="${px(shape.height)}" fill="currentColor"${strength}>${titleOf(shape.title)}</rect>`;
    }
    case 'dot': {
      const [x, y] = shape.at;
      const fill =
        shape.isHollow === true ? 'fill="none" stroke="currentColor"' : 'fill="currentColor"';
      return `<circle ${tone} cx="${px(x)}" cy="${px(y)}" r="${px(shape.radius)}" ${fill}>${titleOf(shape.title)}</circle>`;
    }
    case 'text': {
      const [x, y] = shape.at;
      const weight = shape.isBold === true ? ' font-weight="600"' : '';
      return `<text ${tone} x="${px(x)}" y="${px(y)}" text-anchor="${shape.anchor ?? 'start'}" fill="currentColor"${weight}>${escaped(shape.text)}</text>`;
    }
  }
}

function titleOf(title: string | undefined): string {
  return title === undefined ? '' : `<title>${escaped(title)}</title>`;
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
