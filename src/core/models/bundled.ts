/** The model that ships with the extension, relative to the extension's own folder. */
export const BUNDLED_MODEL_FOLDER = 'media/models/masklab-small-en';
