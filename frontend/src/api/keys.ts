/** The names of everything that is cached, so that an event can say what has become old. */
export const keys = {
  status: ['status'] as const,
  folders: ['folders'] as const,
  coverage: (folder: string) => ['folders', 'coverage', folder] as const,
  files: ['files'] as const,
  failures: ['contents', 'failures'] as const,
  suggestions: ['suggestions'] as const,
  browse: (path: string) => ['browse', path] as const,
  search: (query: string, workspace: string) => ['search', query, workspace] as const,
  draft: (query: string, workspace: string) => ['draft', query, workspace] as const,
  languageModel: ['language-model'] as const,
  ask: (query: string, workspace: string) => ['ask', query, workspace] as const,
  contents: ['contents'] as const,
  content: (id: string) => ['contents', id] as const,
  page: (id: string, number: number, version: string) => ['page', id, number, version] as const,
  workspaces: ['workspaces'] as const,
  tokens: ['tokens'] as const,
}
