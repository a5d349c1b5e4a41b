/**
 * The environment of a Node process that the extension host or the command line starts.
 *
 * Under the desktop the executable is Electron, which is to run as Node; Node itself ignores the
 * variable. `NODE_OPTIONS` is the caller's: a debugger or a preload meant for it would break the
 * child, and Electron refuses most of them.
 */
export function childEnvironment(base: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(base).filter(([name]) => name.toUpperCase() !== 'NODE_OPTIONS');
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' };
}
