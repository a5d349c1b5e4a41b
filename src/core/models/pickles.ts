/** Files of weights that Python unpickles, which runs the code that whoever made them put in. */
const PICKLE = /^(?:pytorch_model[\w.-]*\.bin|[\w.-]+\.(?:pt|pth|ckpt|pkl|pickle))$/;

/** Whether a file, by its name without folders, has weights that are never read here. */
export function isPickle(name: string): boolean {
  return PICKLE.test(name);
}
