/** Model included with the extension, relative to the extension's folder. */
export const BUNDLED_MODEL_FOLDER = 'media/models/masklab-small-en';
