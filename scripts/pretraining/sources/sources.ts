import { EVERYDAY } from './everyday.js';
import { MANUALS } from './manuals.js';
import { PROSE } from './prose.js';
import { PUBLIC_DOMAIN } from './publicDomain.js';
import type { Source } from './source.js';

/** All text that a model may be pre-trained on here; its licences are clear, its use is free. */
export const SOURCES: readonly Source[] = [...PUBLIC_DOMAIN, ...PROSE, ...MANUALS, ...EVERYDAY];
