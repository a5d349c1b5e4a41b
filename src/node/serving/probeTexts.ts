/**
 * Texts of our own on which a form of a model is compared with float32. No model of ours was trained
 * on them. Prose and technical writing, as hovers meet them.
 */
export const PROBE_TEXTS = [
  'The harbor was quiet when the ferry arrived, and only two fishermen were still drying their nets.',
  'She opened the window to let in some air, then went back to the letter that she had started.',
  'After the storm, the children found a small wooden boat on the beach and carried it to the school.',
  'My brother works in a bakery near the station and always brings fresh bread when he visits us.',
  'The committee will meet on Thursday to decide whether the old bridge should be repaired or replaced.',
  'It was too dark to read the map, so they asked a farmer for the way to the nearest village.',
  'If the connection is lost, the client waits for a second and then tries to send the request again.',
  'The function returns an empty list when no file in the folder matches the given pattern.',
  'Before you install the update, save a copy of the database and stop all running services.',
  'The value is stored in a local variable, because the compiler cannot prove that it never changes.',
  'Heat the oil in a large pan, add the onions, and cook them slowly until they are soft.',
  'Most of the water in this valley comes from snow that melts in the mountains in early summer.',
] as const;
