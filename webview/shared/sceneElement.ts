import type { Scene } from '../../src/core/charts/scene.js';
import { svgOf } from '../../src/core/charts/svg.js';

/** A scene as an element whose colors are those of the page's style sheet. */
export function sceneElement(scene: Scene): SVGSVGElement {
  const parsed = new DOMParser().parseFromString(svgOf(scene), 'image/svg+xml');
  const root = document.importNode(parsed.documentElement, true);
  if (!(root instanceof SVGSVGElement)) throw new TypeError('a scene is an image');
  return root;
}
