import type { Scene, Shape } from '../../src/core/charts/scene.js';
import { FILE_COLORS } from '../../src/core/charts/svg.js';

/** Pixels of an image per pixel of a scene, so that prints are sharp. */
const SCALE = 2;

/** A scene as a PNG image in base64, dark on white. */
export function sceneImage(scene: Scene): string {
  const canvas = document.createElement('canvas');
  canvas.width = scene.width * SCALE;
  canvas.height = scene.height * SCALE;
  const context = canvas.getContext('2d');
  if (context === null) throw new RangeError('this page has no canvas');
  context.scale(SCALE, SCALE);
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, scene.width, scene.height);
  for (const shape of scene.shapes) drawShape(context, shape);
  return canvas.toDataURL('image/png').split(',')[1] ?? '';
}

function drawShape(context: CanvasRenderingContext2D, shape: Shape): void {
  context.fillStyle = context.strokeStyle = FILE_COLORS[shape.tone];
  context.globalAlpha = shape.strength ?? 1;
  context.beginPath();
  switch (shape.kind) {
    case 'line':
      context.moveTo(...shape.from);
      context.lineTo(...shape.to);
      stroke(context, shape);
      break;
    case 'path':
      for (const point of shape.points) context.lineTo(...point);
      if (shape.isFilled === true) context.fill();
      else stroke(context, shape);
      break;
    case 'rect':
      context.fillRect(...shape.at, shape.width, shape.height);
      break;
    case 'dot':
      context.arc(...shape.at, shape.radius, 0, 2 * Math.PI);
      if (shape.isHollow === true) stroke(context, {});
      else context.fill();
      break;
    case 'text':
      context.font = `${shape.isBold === true ? '600 ' : ''}13px system-ui, sans-serif`;
      context.textAlign = shape.anchor === 'middle' ? 'center' : (shape.anchor ?? 'start');
      context.fillText(shape.text, ...shape.at);
      break;
  }
}

function stroke(
  context: CanvasRenderingContext2D,
  { width, isDashed }: { readonly width?: number; readonly isDashed?: boolean },
): void {
  context.lineWidth = width ?? 1;
  context.setLineDash(isDashed === true ? [4, 3] : []);
  context.stroke();
}
