import type { ProblemText, Text } from './wording.js';

/** Messages about models of the hub. */
export const HUB_MESSAGES = {
  'hub.nearest': ' Similar names: {names}.',
} as const satisfies Record<string, Text>;

const SEARCH = {
  editor: 'Search the hub for the model, or check its name.',
  commandLine: 'Check the name, or find the model with "masklab models search <words>".',
} as const;
const OTHER_MODEL = {
  editor: 'Select another model.',
  commandLine: 'Find another model with "masklab models search <words>".',
} as const;
const TRY_AGAIN = {
  editor: 'Try again later. The download continues where it stopped.',
  commandLine: 'Run the command again later. The download continues where it stopped.',
} as const;

/** Problems of models of the hub, its servers and the shared cache. */
export const HUB_PROBLEMS = {
  'hub.invalidName': {
    problem: '"{text}" is not the name of a model on the hub.',
    remedy:
      'Write organization/name or organization/name@revision, such as google-bert/bert-base-uncased.',
  },
  'hub.noSuchModel': {
    problem: 'The hub at {host} has no model {name} that you can access.{nearest}',
    remedy: SEARCH,
  },
  'hub.noSuchRevision': {
    problem: 'The model {name} has no revision "{revision}".',
    remedy: 'Name a branch, a tag or a commit of the model, or no revision for the default branch.',
  },
  'hub.gated': {
    problem: 'The model {name} is gated: its authors ask you to accept their conditions.',
    remedy: {
      editor:
        'Accept the conditions at {page}, create a token with read access, and store it with "Set Hub Token…".',
      commandLine:
        'Accept the conditions at {page}, create a token with read access, and set HF_TOKEN to it.',
    },
  },
  'hub.gatedForToken': {
    problem: 'Your token gives no access to the gated model {name}.',
    remedy:
      'Accept the conditions at {page} with the account of the token, and check that the token may read gated models.',
  },
  'hub.tokenRefused': {
    problem: 'The hub at {host} refused your token.',
    remedy: {
      editor:
        'Store a valid token with "Set Hub Token…", or remove the old one: models that are not gated need none.',
      commandLine:
        'Set HF_TOKEN to a valid token, or remove the old one: models that are not gated need none.',
    },
  },
  'hub.offline': {
    problem: 'HF_HUB_OFFLINE is set, so nothing is requested from the hub.',
    remedy: 'Use a model that is already on this machine, or unset HF_HUB_OFFLINE.',
  },
  'hub.unreachable': {
    problem: 'The hub at {host} cannot be reached: {reason}.',
    remedy:
      'Check the network and the proxy. Set HF_ENDPOINT to use a mirror. Models that are on this machine work without the hub.',
  },
  'hub.busy': {
    problem: 'The hub at {host} answers too many requests and refused this one ({status}).',
    remedy: TRY_AGAIN,
  },
  'hub.unexpectedAnswer': {
    problem: 'The hub at {host} gave an answer that cannot be used ({reason}).',
    remedy: 'If HF_ENDPOINT names a mirror, check that it speaks the URLs of the hub.',
  },
  'hub.invalidEndpoint': {
    problem: 'HF_ENDPOINT is "{endpoint}", which is not the address of a server.',
    remedy: 'Set HF_ENDPOINT to an address such as https://huggingface.co, or unset it.',
  },
  'hub.wrongChecksum': {
    problem: '{file} of {name} arrived damaged twice: its checksum is wrong.',
    remedy: 'Try again. If it happens again, check the proxy or mirror between you and the hub.',
  },
  'hub.noSpace': {
    problem:
      '{name} needs {needed} more disk space, but only {free} are free in the folder {folder}.',
    remedy:
      'Free some space, or set HF_HUB_CACHE to a folder on another disk. What has been downloaded is kept.',
  },
  'hub.newerCache': {
    problem:
      'The cache in {folder} was written by a newer version of its tools (version {version}).',
    remedy: 'Set HF_HUB_CACHE to another folder, or update Masklab.',
  },
  'hub.noConfig': {
    problem: 'The repository has no config.json, so it is not a transformers model.',
    remedy: OTHER_MODEL,
  },
  'hub.noWeights': {
    problem:
      'The repository has no weights that can be used: neither model.safetensors nor onnx/model.onnx.',
    remedy: OTHER_MODEL,
  },
  'hub.onlyPickle': {
    problem:
      'The repository has weights only as {file}. Such files can run code when they are loaded, so Masklab does not read them.',
    remedy:
      'Convert it with Python and transformers, on a machine that may run that code, and use the folder my-model: from transformers import {loader}, AutoTokenizer; name = "organization/name"; {loader}.from_pretrained(name).save_pretrained("my-model"); AutoTokenizer.from_pretrained(name).save_pretrained("my-model")',
  },
  'hub.noTokenizer': {
    problem: 'The repository has no tokenizer.json.',
    remedy:
      'Create it in Python with AutoTokenizer.from_pretrained("<name>").save_pretrained("<folder>"), or use another model.',
  },
  'hub.doesNotLoad': {
    problem: '{name} does not load here. {reason}',
    remedy: '{remedy}',
  },
  'hub.notDownloaded': {
    problem: 'There is no folder {name}, and no model {name} in the shared cache {folder}.',
    remedy: {
      editor: 'Download the model with "Add Model From Hub…".',
      commandLine: 'Download it with "masklab models add {name}".',
    },
  },
  'hub.incomplete': {
    problem: 'The model {name} is only partly in the shared cache: {file} is missing.',
    remedy: {
      editor: 'Download the model. Only missing files are downloaded.',
      commandLine:
        'Download the missing files with "masklab models add {name}". Other files are not downloaded again.',
    },
  },
  'hub.usedByRun': {
    problem: 'A run that trains uses the model {name}: {runs}.',
    remedy: 'Stop the run first, or wait until it has finished.',
  },
  'hub.notInCache': {
    problem: 'There is no model {name} in the shared cache {folder}.',
    remedy: {
      editor: 'Select a model of the list.',
      commandLine: 'List models with "masklab models list".',
    },
  },
} as const satisfies Record<string, ProblemText>;
