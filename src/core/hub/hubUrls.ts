/** The hub unless `HF_ENDPOINT` names a mirror. */
export const HUB = 'https://huggingface.co';

export interface SearchRequest {
  /** Part of a name. */
  readonly words: string;
  readonly author?: string;
  /** Such as `fill-mask`. */
  readonly pipeline?: string;
  readonly limit: number;
}

/** Fields that a search asks for; all of them at once make broad searches time out. */
const EXPANDED = [
  'pipeline_tag',
  'tags',
  'downloads',
  'gated',
  'config',
  'safetensors',
  'siblings',
] as const;

export function searchUrl(endpoint: string, request: SearchRequest): string {
  const { words, author, pipeline, limit } = request;
  const parameters: [string, string][] = [
    ['search', words],
    ...(author === undefined ? [] : ([['author', author]] as [string, string][])),
    ...(pipeline === undefined ? [] : ([['pipeline_tag', pipeline]] as [string, string][])),
    ['sort', 'downloads'],
    ['direction', '-1'],
    ['limit', String(limit)],
    ...EXPANDED.map((field): [string, string] => ['expand[]', field]),
  ];
  const query = parameters.map((pair) => pair.map(encodeURIComponent).join('='));
  return `${endpoint}/api/models?${query.join('&')}`;
}

/** Facts about a model at a revision, with its commit. */
export function modelUrl(endpoint: string, repository: string, revision: string): string {
  return `${endpoint}/api/models/${repository}/revision/${encodeURIComponent(revision)}`;
}

/** All files of a commit. */
export function treeUrl(endpoint: string, repository: string, commit: string): string {
  return `${endpoint}/api/models/${repository}/tree/${commit}?recursive=true`;
}

/** Content of a file at a commit; large files are redirected to another host. */
export function fileUrl(
  endpoint: string,
  repository: string,
  { commit, path }: { readonly commit: string; readonly path: string },
): string {
  const segments = path.split('/').map(encodeURIComponent).join('/');
  return `${endpoint}/${repository}/resolve/${commit}/${segments}`;
}

/** Page of a model, for people. */
export function pageUrl(endpoint: string, repository: string): string {
  return `${endpoint}/${repository}`;
}
