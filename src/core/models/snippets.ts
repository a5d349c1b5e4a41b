import type { WeightPrecision } from './exportFormats.js';
import type { HeadKind } from './model.js';

/** Release of transformers.js that snippets load, and that tests run. */
export const TRANSFORMERS_JS_VERSION = '4.3.1';

/** Three lines or so of another program that use a model. */
export interface Snippet {
  readonly id: 'transformersJs' | 'webPage' | 'transformers' | 'curl' | 'python';
  /** Language of a code block. */
  readonly language: 'js' | 'html' | 'python' | 'sh';
  readonly code: string;
}

/** A model folder as snippets name it. */
export interface SnippetFolder {
  readonly head: HeadKind;
  readonly folder: string;
  /** `dtype` by which transformers.js finds the ONNX file; `null` without one. */
  readonly dtype: OnnxDtype | null;
  /** Whether it has weights that Python's `transformers` loads. */
  readonly hasWeights: boolean;
}

type OnnxDtype = 'fp32' | 'fp16' | 'int8';

/** `dtype` of transformers.js for each ONNX file. */
export const DTYPES: Readonly<Record<WeightPrecision, OnnxDtype>> = {
  float32: 'fp32',
  float16: 'fp16',
  int8: 'int8',
};

const TASKS: Readonly<Record<HeadKind, string>> = {
  'masked-lm': 'fill-mask',
  sequence: 'text-classification',
  token: 'token-classification',
};
const SENTENCE = 'A waste of time.';

/** Snippets that load a model folder. */
export function folderSnippets({ head, folder, dtype, hasWeights }: SnippetFolder): Snippet[] {
  const task = TASKS[head];
  const isMasked = head === 'masked-lm';
  const example = isMasked
    ? '`The ${model.tokenizer.mask_token} jumps.`'
    : quotedInScript(SENTENCE);
  const name = folder.split(/[\\/]/u).findLast((part) => part !== '') ?? folder;
  const python = isMasked ? 'f"The {model.tokenizer.mask_token} jumps."' : quoted(SENTENCE);
  return [
    ...(dtype === null
      ? []
      : [
          {
            id: 'transformersJs' as const,
            language: 'js' as const,
            code: `import { pipeline } from '@huggingface/transformers';
const model = await pipeline('${task}', ${quotedInScript(folder)}, { dtype: '${dtype}' });
console.log(await model(${example}));
`,
          },
          {
            id: 'webPage' as const,
            language: 'html' as const,
            code: `<script type="module">
  import { env, pipeline } from 'https://cdn.jsdelivr.net/npm/@huggingface/transformers@${TRANSFORMERS_JS_VERSION}';
  Object.assign(env, { allowLocalModels: true, allowRemoteModels: false, localModelPath: './' });
  const model = await pipeline('${task}', ${quotedInScript(encodeURIComponent(name).replaceAll("'", '%27'))}, { dtype: '${dtype}' });
  document.body.append(JSON.stringify(await model(${example})));
</script>
`,
          },
        ]),
    ...(hasWeights
      ? [
          {
            id: 'transformers' as const,
            language: 'python' as const,
            code: `from transformers import pipeline
model = pipeline("${task}", ${quoted(folder)})
print(model(${python}))
`,
          },
        ]
      : []),
  ];
}

/** Snippets that ask a model which `masklab serve` serves. */
export function servedSnippets(
  { url, needsToken }: { readonly url: string; readonly needsToken: boolean },
  head: HeadKind,
): Snippet[] {
  const place = head === 'token' ? `${url}/predict` : url;
  const body = { inputs: head === 'masked-lm' ? 'The [MASK] jumps.' : SENTENCE };
  const [shellToken, pythonToken] = needsToken
    ? [
        ' -H "Authorization: Bearer $MASKLAB_SERVE_TOKEN"',
        ', "Authorization": "Bearer " + os.environ["MASKLAB_SERVE_TOKEN"]',
      ]
    : ['', ''];
  return [
    {
      id: 'curl',
      language: 'sh',
      code: `curl ${place} -H 'Content-Type: application/json'${shellToken} -d '${JSON.stringify(body)}'
`,
    },
    {
      id: 'python',
      language: 'python',
      code: `import json, ${needsToken ? 'os, ' : ''}urllib.request
body = json.dumps({"inputs": ${quoted(body.inputs)}}).encode()
request = urllib.request.Request("${place}", body, {"Content-Type": "application/json"${pythonToken}})
print(json.load(urllib.request.urlopen(request)))
`,
    },
  ];
}

/** A string of JavaScript, in the quotes of the code around it if it can be. */
function quotedInScript(text: string): string {
  return /^[^'\\\p{Cc}\u2028\u2029]*$/u.test(text) ? `'${text}'` : quoted(text);
}

/** A string of JavaScript and of Python, whatever the text. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
