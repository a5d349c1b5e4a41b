import type { ProblemText, Text } from './wording.js';

/** Messages about models, tokenizers and predictions. */
export const MODELS_MESSAGES = {
  'models.headNew': 'New head: the model has no trained output layer for {labels}.',
  'models.headReplaced':
    'New head: the model was trained for other labels ({stored}) than those of the data ({labels}).',
  'models.headKept': 'Trained head kept for {labels}.',
  'models.headReordered':
    'Trained head kept: its outputs are reordered to the labels of the data ({labels}).',
  'models.headNamed':
    'Trained head kept: its labels have no names, so they are taken to be {labels}, in this order.',
  'models.headExtended': 'Trained head extended: kept for {kept}, new for {added}.',
  'models.headNarrowed': 'No row has the labels {dropped}, so the head no longer predicts them.',
  'models.headParts': '{parts}',
  'models.bundled': 'included with Masklab',
  'models.frozenInExport': {
    one: '{count} tensor of the export is frozen and stays as it is: {names}.',
    other: '{count} tensors of the export are frozen and stay as they are: {names}.',
  },
  'models.mergedInExport': {
    one: '{count} group of parameters is tied, because the exporter merged equal ones: {names}.',
    other:
      '{count} groups of parameters are tied, because the exporter merged equal ones: {names}.',
  },
  'models.startedFrom': 'from {model}',
  'models.missingWeight': 'Weight {name} is missing.',
  'models.weightShape': 'Weight {name} has the shape [{got}] instead of [{expected}].',
  'models.moreWeights': {
    one: '{count} more weight does not match.',
    other: '{count} more weights do not match.',
  },
  'models.fileTooShort': 'It is too short.',
  'models.headerCutOff': 'Its header is cut off.',
  'models.headerNotJson': 'Its header is not JSON.',
  'models.headerMalformed': 'Its header is malformed.',
  'models.tensorCutOff': 'Tensor {name} is cut off.',
  'models.tensorType': 'Tensor {name} has the unknown type {type}.',
  'models.tensorOverlaps': 'Tensor {name} overlaps another tensor.',
  'models.tensorSize': 'Tensor {name} has the wrong size.',
  'models.termOfSeveralWords': '"{term}" is more than one word for this tokenizer.',
  'models.termIsToken': '"{term}" is already a token.',
  'models.providerUnavailable':
    '{provider} is not available on this machine. The CPU is used instead. {reason}',
  'models.providerNotIncluded': 'ONNX Runtime for {platform} does not include {provider}.',
  'models.providerInaccurate': 'A test computation deviated by {error}.',
  'models.providerFailed': 'ONNX Runtime reported "{reason}".',
  'models.lossOfRun': 'held-out split of the run that trained the model',
  'models.lossOfCard': 'model card',
} as const satisfies Record<string, Text>;

const HEAD_NAME = 'Choose another name made of letters, digits, "_" and "-".';
const FILE_AGAIN = 'Download or copy the file again.';
const MODEL_AGAIN = 'Download the model again.';
const TEXT_ENCODER = 'Select an ONNX export of a text encoder, such as one made with Optimum.';
const MODEL_TYPE =
  'Select a model of one of these types: {types}. A model of another type needs onnx/model.onnx in its folder.';
const TOKENIZER =
  'Select an encoder with a WordPiece, byte-level BPE or SentencePiece tokenizer, such as BERT, RoBERTa, XLM-R, ALBERT, DeBERTa or ModernBERT.';
const MASKED_EXPORT = 'Select an ONNX export made for fill-mask, such as one made with Optimum.';
const DO_NOT_USE = 'Do not use this model.';
const EMPTY_FOLDER = 'Select a new or empty folder.';

/** Problems of models and tokenizers. The file or folder is named before them. */
export const MODELS_PROBLEMS = {
  'models.nothingToEvaluate': {
    problem: 'The data contains no rows with labels to evaluate the model on.',
    remedy: 'Select tables with a column of labels.',
  },
  'models.noTextToEvaluate': {
    problem: 'The data contains no text with tokens of this model.',
    remedy: 'Select files with text in a language that the model was trained on.',
  },
  'models.malformedConfig': {
    problem: 'The config.json of the model is malformed ({fields}).',
    remedy: MODEL_AGAIN,
  },
  'models.unsupportedConfig': {
    problem: 'This model configuration is not supported ({fields}).',
    remedy: 'Select another model, or one whose folder contains onnx/model.onnx.',
  },
  'models.unsupportedType': {
    problem: 'Models of type {type} are not supported.',
    remedy: MODEL_TYPE,
  },
  'models.noType': {
    problem: 'The configuration does not name its model_type.',
    remedy: MODEL_TYPE,
  },
  'models.headExists': {
    problem: 'The model already has a head named "{name}".',
    remedy: HEAD_NAME,
  },
  'models.invalidHeadName': {
    problem: '"{name}" is not a valid head name.',
    remedy: HEAD_NAME,
  },
  'models.malformedHeads': {
    problem: '{field} is not a list of heads with name, kind and labels.',
    remedy: 'Copy config.json again, or remove this field to use only the first head.',
  },
  'models.scaleCount': {
    problem: 'The number of scales of {name} ({scales}) differs from its number of rows ({rows}).',
    remedy: FILE_AGAIN,
  },
  'models.weightsDoNotMatch': {
    problem: 'The weights do not match the configuration. {weights}',
    remedy: 'Download the model again together with its config.json.',
  },
  'models.noMaskedLanguageHead': {
    problem: 'The model has no masked-language head. {weights}',
    remedy: 'Select a model made for fill-mask.',
  },
  'models.noHead': {
    problem: 'The model has no head for this task. {weights}',
    remedy: 'Fine-tune the model for this task first.',
  },
  'models.unreadableWeights': {
    problem: 'The file is not a readable safetensors file. {reason}',
    remedy: FILE_AGAIN,
  },
  'models.unreadableOnnx': {
    problem: 'The file is not a readable ONNX file: {reason}.',
    remedy: 'Download or export the model again.',
  },
  'models.unknownInputs': {
    problem: 'The export has unsupported inputs: {names}.',
    remedy: TEXT_ENCODER,
  },
  'models.noTokenInput': {
    problem: 'The export has no input named input_ids.',
    remedy: TEXT_ENCODER,
  },
  'models.fixedSize': {
    problem: 'The export accepts only one input size: {name} is {size}.',
    remedy: 'Export the model again with dynamic batch size and sequence length.',
  },
  'models.noLogits': {
    problem: 'The model was exported without a head and does not output logits.',
    remedy:
      'Train it for labels, numbers or tags: the run gives it a new head. To predict words, select an ONNX export made for fill-mask.',
  },
  'models.noTokenLogits': {
    problem: 'The export does not output logits for each token.',
    remedy: MASKED_EXPORT,
  },
  'models.noLastState': {
    problem:
      'A new head needs the output of the last layer, which cannot be found in the structure of this export.',
    remedy:
      'Select an ONNX export of the bare encoder, whose output is last_hidden_state, or a model with config.json and model.safetensors of a supported family.',
  },
  'models.noHiddenStates': {
    problem: 'The output "{state}" cannot be found in the structure of this export.',
    remedy: 'Select a model with config.json and model.safetensors of a supported family.',
  },
  'models.quantizedExport': {
    problem: 'The weights of this export are quantized ({op}) and cannot be trained.',
    remedy: 'Use the model.onnx without quantization from the same repository.',
  },
  'models.oldOpset': {
    problem: 'The model was exported for opset {opset}. The oldest supported opset is {oldest}.',
    remedy: 'Export the model again with a newer opset, such as 17.',
  },
  'models.otherHead': {
    problem: 'The head of this export is of the kind {got} instead of {expected}.',
    remedy: 'Select an ONNX export made with this head.',
  },
  'models.otherOutputSize': {
    problem: 'The number of outputs of this export is {got} instead of {expected}.',
    remedy: 'Select an ONNX export made for these labels.',
  },
  'models.exportHasOneHead': {
    problem: 'The model is imported from this ONNX export and can have only one head.',
    remedy: 'Select a model with its weights in model.safetensors.',
  },
  'models.exportVocabulary': {
    problem: 'The model is imported from this ONNX export, so its vocabulary cannot be extended.',
    remedy:
      'Select a model with config.json and model.safetensors of a supported family: BERT, RoBERTa, XLM-R, CamemBERT, DistilBERT, ALBERT, ELECTRA or ModernBERT.',
  },
  'models.exportIsOnnx': {
    problem: '{folder} is an ONNX export and cannot be exported as safetensors.',
    remedy: 'Export the model to ONNX.',
  },
  'models.exportTooLarge': {
    problem: 'The ONNX file would have {size}; the format ends at {limit}.',
    remedy: 'Export the model with 8-bit weights.',
  },
  'models.otherLogits': {
    problem:
      'The graph that would be trained does not compute what this export does: after the pass {pass}, logits or loss differ by {difference}.',
    remedy: 'Export the model with another opset, and report this model to the authors of Masklab.',
  },
  'models.damagedExport': {
    problem: 'The ONNX file is damaged: {reason}',
    remedy: 'Download or export the model again, or select another one.',
  },
  'models.undefinedInput': {
    problem: 'The ONNX file is damaged: input "{input}" of node "{node}" ({op}) is not defined.',
    remedy: 'Download or export the model again, or select another one.',
  },
  'models.notLoadable': {
    problem: 'ONNX Runtime cannot load the model: {reason}',
    remedy: 'Download or export the model again, or select another one.',
  },
  'models.notRunnable': {
    problem: 'ONNX Runtime cannot run the model: {reason}',
    remedy: 'Download or export the model again, or select another one.',
  },
  'models.notJsonObject': { problem: 'The file is not a JSON object.', remedy: FILE_AGAIN },
  'models.emptyShardIndex': { problem: 'The shard index names no files.', remedy: DO_NOT_USE },
  'models.noWeightMap': { problem: 'The shard index has no weight map.', remedy: MODEL_AGAIN },
  'models.fileOutside': {
    problem: 'The file refers to a file outside the model folder: {name}.',
    remedy: DO_NOT_USE,
  },
  'models.missingFile': {
    problem: 'The file is missing.',
    remedy: 'Copy {name} of this model into the folder, or select another model.',
  },
  'models.onlyPickle': {
    problem:
      'The file is missing. The folder has the weights only as {file}. Such files can run code when they are loaded, so Masklab does not read them.',
    remedy:
      'Add model.safetensors or onnx/model.onnx of this model. Or convert it with Python and transformers, on a machine that may run that code, and use the folder my-model: from transformers import {loader}, AutoTokenizer; name = {folder}; {loader}.from_pretrained(name).save_pretrained("my-model"); AutoTokenizer.from_pretrained(name).save_pretrained("my-model")',
  },
  'models.cutOffFile': {
    problem: 'The file is cut off.',
    remedy: 'Download it again together with its model.onnx.',
  },
  'models.unknownLabel': {
    problem: 'The model does not know the label "{label}". Its labels are {labels}.',
    remedy: {
      editor:
        'Correct the label or remove the row, or select a model that was trained on this label.',
      commandLine:
        'Correct the label, skip such rows with --skip-bad, or take labels of another spelling for those of the model with --merge-labels.',
    },
  },
  'models.missingFolder': {
    problem: 'The folder does not exist.',
    remedy: 'Select another model folder.',
  },
  'models.tooManyTokens': {
    problem:
      'The tokenizer has {tokens} tokens, but the model has embeddings for only {vocabularySize}.',
    remedy: 'Use the tokenizer.json that belongs to this model.',
  },
  'models.predictsLabels': {
    problem: 'This model predicts labels, not words.',
    remedy: 'Select a masked language model.',
  },
  'models.predictsWords': {
    problem: 'This is a masked language model and predicts no labels.',
    remedy: {
      editor: 'Fine-tune it on labeled data first.',
      commandLine: 'Fine-tune it on labeled data first, or use "masklab fill".',
    },
  },
  'models.changedStart': {
    problem: 'The model that this run started from has changed.',
    remedy: 'Restore the folder, or start a new run.',
  },
  'models.changedModel': {
    problem: 'The model has changed since this run was created.',
    remedy: 'Restore the model, or start a new run from the changed one.',
  },
  'models.changedTokenizer': {
    problem: 'The tokenizer has changed since this run was created.',
    remedy: 'Restore the tokenizer, or start a new run with the changed one.',
  },
  'models.nothingToClassify': {
    problem: 'There is no text to classify.',
    remedy: 'Select text in an editor, or put the cursor on a line with text.',
  },
  'models.exportFolderExists': {
    problem: '{folder} already exists.',
    remedy: 'Export to a name that does not exist yet.',
  },
  'models.litertUnsupported': {
    problem: 'LiteRT has no built-in operator for {operators} as this model uses it.',
    remedy: 'Export to ONNX instead.',
  },
  'models.litertTooLarge': {
    problem: 'A LiteRT file of this model would have {size}; the format ends at {limit}.',
    remedy: {
      editor: 'Select the 8-bit format, or export to ONNX.',
      commandLine: 'Set --precision int8, or export with --format onnx.',
    },
  },
  'models.litertPrecision': {
    problem: 'LiteRT models are written in float32 or int8.',
    remedy: 'Choose one of these precisions.',
  },
  'models.litertLength': {
    problem: 'This model has no sequences of length {length}; the longest is {longest}.',
    remedy: 'Choose lengths between 1 and {longest}.',
  },
  'models.litertMaskedRows': {
    problem: 'Only masked language models have masked rows.',
    remedy: 'Export this model without masked rows.',
  },
  'models.litertRowCount': {
    problem: 'Sequences of length {shortest} cannot have {rows} masked rows.',
    remedy: 'Choose between 1 and {shortest} masked rows.',
  },
  'models.noAdapter': {
    problem: 'Run {run} has no saved adapter.',
    remedy: {
      editor: 'Train with the setting *Keep Adapter* to export one.',
      commandLine: 'Train with --method lora --keep-adapter to export one.',
    },
  },
  'models.wordNotReplaced': {
    problem: '"{word}" could not be replaced.',
    remedy: 'Check that the file can be edited, then hover over the word again.',
  },
  'models.wordNotSpelled': {
    problem: 'The tokens of this model cannot spell "{word}".',
    remedy: 'Explain another word, or select another model.',
  },
  'models.explainUnread': {
    problem: 'This model was not trained on text like this, so its prediction means nothing here.',
    remedy: 'Select another model.',
  },
  'models.auditTags': {
    problem: 'An audit needs one prediction per text, but this model predicts one tag per word.',
    remedy: 'Select a classifier of texts, or a model that predicts numbers.',
  },
  'models.swapsNeedLabels': {
    problem: 'Swapped words are counted where a label changes, but this model predicts numbers.',
    remedy: 'Leave the list of words out, or select a classifier.',
  },
  'models.shiftedOverlaps': {
    problem: 'All texts of the shifted sample are in the audited data, too.',
    remedy: 'Select labeled texts from elsewhere.',
  },
  'models.shiftedAbove': {
    problem:
      'Every compared number of the shifted sample for "{label}" is above {value}, where the data is split. Associations with it are not compared.',
    remedy: 'Add texts with lower numbers.',
  },
  'models.shiftedBelow': {
    problem:
      'No compared number of the shifted sample for "{label}" is above {value}, where the data is split. Associations with it are not compared.',
    remedy: 'Add texts with higher numbers.',
  },
  'models.auditedOneNumber': {
    problem:
      'All numbers of the audited data for "{label}" are equal. Associations with it are not compared.',
    remedy: 'Audit the model on texts with different numbers.',
  },
  'models.auditedTrained': {
    problem: {
      one: '{count} of {total} texts in the audited files is in the training data of the run ({exact} identical, {near} nearly identical). Models do better on such texts than on new ones.',
      other:
        '{count} of {total} texts in the audited files are in the training data of the run ({exact} identical, {near} nearly identical). Models do better on such texts than on new ones.',
    },
    remedy: 'Audit the model on texts that it was not trained on.',
  },
  'models.shiftedTrained': {
    problem: {
      one: '{count} compared text of the shifted sample is in the training data of the run ({exact} identical, {near} nearly identical).',
      other:
        '{count} compared texts of the shifted sample are in the training data of the run ({exact} identical, {near} nearly identical).',
    },
    remedy: 'Use texts that no run trains on.',
  },
  'models.shiftedNear': {
    problem: {
      one: '{count} compared text of the shifted sample is nearly identical to a text of the audited data.',
      other:
        '{count} compared texts of the shifted sample are nearly identical to texts of the audited data.',
    },
    remedy: 'Use texts from elsewhere, unless these were edited on purpose.',
  },
  'models.trainingNotRead': {
    problem:
      'The training data of the run has changed or cannot be read. It is not known whether the model was trained on these texts.',
    remedy: 'Make sure that the model was not trained on them.',
  },
  'models.tooLargeForGradients': {
    problem: 'This model is too large for input gradients.',
    remedy: 'Rely on the values of occlusion.',
  },
  'tokenizer.idTooLarge': {
    problem: 'The token "{token}" has the id {id}, far beyond a vocabulary of {count} tokens.',
    remedy: FILE_AGAIN,
  },
  'tokenizer.malformed': {
    problem: 'The tokenizer definition is malformed at {place}: {issue}.',
    remedy: TOKENIZER,
  },
  'tokenizer.unsupportedType': {
    problem: 'The tokenizer definition has an unsupported {part}: {type}.',
    remedy: TOKENIZER,
  },
  'tokenizer.unsupportedRegex': {
    problem: 'The tokenizer uses an unsupported regular expression: {reason}.',
    remedy: TOKENIZER,
  },
  'tokenizer.severalPostProcessors': {
    problem: 'The tokenizer has more than one post-processor that adds special tokens.',
    remedy: TOKENIZER,
  },
  'tokenizer.noUnknownToken': {
    problem: 'The tokenizer has no unknown token.',
    remedy: TOKENIZER,
  },
  'tokenizer.missingToken': {
    problem: 'The tokenizer does not have the token "{token}".',
    remedy: TOKENIZER,
  },
  'tokenizer.missingRole': { problem: 'The tokenizer has no {role}.', remedy: TOKENIZER },
  'tokenizer.missingId': {
    problem: 'The tokenizer has no token with the ID {id}.',
    remedy: TOKENIZER,
  },
  'tokenizer.truncatedCharsmap': {
    problem: 'The precompiled_charsmap of the tokenizer is cut off.',
    remedy: TOKENIZER,
  },
  'tokenizer.invalidMerges': {
    problem: 'The merges of the tokenizer are invalid: {reason}.',
    remedy: TOKENIZER,
  },
  'tokenizer.unreachableToken': {
    problem: 'The merges of the tokenizer do not produce its token "{token}".',
    remedy: TOKENIZER,
  },
  'tokenizer.characterVocabulary': {
    problem: 'The tokenizer has a character-level BPE vocabulary, which cannot be extended.',
    remedy: TOKENIZER,
  },
  'tokenizer.unmarkedPieces': {
    problem: 'The tokenizer has pieces without a space marker and cannot be extended.',
    remedy: TOKENIZER,
  },
  'tokenizer.vocabularyTooSmall': {
    problem:
      'A vocabulary size of {size} is too small. Special tokens and single characters alone need {needed}.',
    remedy: 'Choose a size of at least {least}. Between 8,000 and 30,000 is typical.',
  },
  'tokenizer.nothingToAdd': {
    problem: 'No words to add. The vocabulary already has the frequent words of this text. {terms}',
    remedy: {
      editor: 'Add more text of the domain, lower the minimum frequency, or name words to add.',
      commandLine:
        'Lower --min-frequency, add more text of the domain, or name words with --terms.',
    },
  },
  'tokenizer.noWords': {
    problem: 'The text contains no words.',
    remedy: 'Select files with more text. A useful vocabulary needs about 1 MB or more.',
  },
  'tokenizer.folderNotEmpty': {
    problem: '{folder} contains other files, such as {name}.',
    remedy: EMPTY_FOLDER,
  },
  'tokenizer.folderIsFile': { problem: '{folder} is a file.', remedy: EMPTY_FOLDER },
} as const satisfies Record<string, ProblemText>;
