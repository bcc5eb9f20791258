/** Reading: one hook for each thing that the screens show. The cache is kept true by live.ts. */
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { get, post, query } from './client'
import { keys } from './keys'
import type {
  Browse,
  ContentDetail,
  Contents,
  Coverage,
  FailureGroup,
  FileEntry,
  FileState,
  Folder,
  FolderSuggestion,
  LanguageModel,
  Page,
  Password,
  Scanner,
  SearchResult,
  Status,
  Token,
  Workspace,
} from './types'

/** While work is under way the status is read this often even when no event arrives. */
const BUSY_MS = 1500
const IDLE_MS = 30_000

export function useStatus() {
  return useQuery({
    queryKey: keys.status,
    queryFn: ({ signal }) => get<Status>('/status', signal),
    refetchInterval: ({ state }) =>
      state.data === undefined || state.data.progress.phase !== 'idle' ? BUSY_MS : IDLE_MS,
  })
}

export function useFolders() {
  return useQuery({
    queryKey: keys.folders,
    queryFn: async ({ signal }) => (await get<{ folders: Folder[] }>('/folders', signal)).folders,
  })
}

export function useCoverage(folder: string) {
  return useQuery({
    queryKey: keys.coverage(folder),
    queryFn: ({ signal }) => get<Coverage>(`/folders/${folder}/coverage`, signal),
    placeholderData: keepPreviousData,
  })
}

export interface FilesFilter {
  folder: string
  state: FileState
  skip?: string
  reason?: string
}

/** Lists of names are long and change all the time; while one is open it is read anew this often. */
const FILES_MS = 5000

/** The files of a folder in one state. limit grows when a person asks for more. */
export function useFiles(filter: FilesFilter, limit: number) {
  return useQuery({
    queryKey: [...keys.files, filter, limit],
    queryFn: ({ signal }) =>
      get<{ files: FileEntry[]; total: number }>(`/files${query({ ...filter, limit })}`, signal),
    placeholderData: keepPreviousData,
    refetchInterval: FILES_MS,
  })
}

/** The changes in a folder that only a check found, newest first. */
export function useMissed(folder: string, limit: number) {
  return useQuery({
    queryKey: [...keys.files, 'missed', folder, limit],
    queryFn: ({ signal }) =>
      get<Coverage>(`/folders/${folder}/coverage${query({ list: 'missed', limit })}`, signal),
    placeholderData: keepPreviousData,
    refetchInterval: FILES_MS,
  })
}

export function useFailureGroups(enabled: boolean) {
  return useQuery({
    queryKey: keys.failures,
    queryFn: async ({ signal }) => (await get<{ groups: FailureGroup[] }>('/failures', signal)).groups,
    enabled,
  })
}

export function useSuggestions() {
  return useQuery({
    queryKey: keys.suggestions,
    queryFn: async ({ signal }) =>
      (await get<{ suggestions: FolderSuggestion[] }>('/folder-suggestions', signal)).suggestions,
    staleTime: 60_000,
  })
}

export function useBrowse(path: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.browse(path),
    queryFn: ({ signal }) => get<Browse>(`/browse${query({ path })}`, signal),
    enabled,
    placeholderData: keepPreviousData,
    retry: false,
  })
}

const SEARCH_LIMIT = 60

/** Every query has its own entry, so a slow answer to an older one can never replace a newer. */
export function useSearch(text: string, workspace: string) {
  return useQuery({
    queryKey: keys.search(text, workspace),
    queryFn: ({ signal }) =>
      post<SearchResult>(
        '/search',
        { query: text, limit: SEARCH_LIMIT, offset: 0, prefix: true, ...scope(workspace) },
        signal,
      ),
    enabled: text !== '',
    placeholderData: keepPreviousData,
  })
}

/** The workspaces that a question is about; empty: all. */
export function scope(workspace: string) {
  return workspace === '' ? {} : { workspaceIds: [workspace] }
}

export interface ContentsFilter {
  name?: string
  status?: string
  folder?: string
  parent?: string
  sort?: string
}

export const CONTENTS_PAGE = 200

export function useContents(filter: ContentsFilter, limit = CONTENTS_PAGE, offset = 0, enabled = true) {
  return useQuery({
    queryKey: [...keys.contents, 'list', filter, limit, offset],
    queryFn: ({ signal }) => get<Contents>(`/contents${query({ ...filter, limit, offset })}`, signal),
    placeholderData: keepPreviousData,
    enabled,
  })
}

/** What is being read at this moment. */
export function useBeingRead() {
  return useQuery({
    queryKey: [...keys.contents, 'list', 'being read'],
    queryFn: async ({ signal }) =>
      (await get<Contents>(`/contents${query({ status: 'processing', limit: 20 })}`, signal)).contents,
    refetchInterval: BUSY_MS,
  })
}

/** The listing in pages of CONTENTS_PAGE, only those that are on the screen, so that any row can be jumped to. */
export function useContentsPages(filter: ContentsFilter, pages: number[]) {
  return useQueries({
    queries: pages.map((page) => ({
      queryKey: [...keys.contents, 'list', filter, CONTENTS_PAGE, page * CONTENTS_PAGE],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        get<Contents>(
          `/contents${query({ ...filter, limit: CONTENTS_PAGE, offset: page * CONTENTS_PAGE })}`,
          signal,
        ),
    })),
  })
}

export function useContent(id: string) {
  return useQuery({
    queryKey: keys.content(id),
    queryFn: ({ signal }) => get<ContentDetail>(`/contents/${id}`, signal),
    enabled: id !== '',
  })
}

/** The stored text of one page. Version is the content's digest: a new revision is a new text. */
export function usePage(id: string, number: number, version: string, enabled = true) {
  return useQuery({
    queryKey: keys.page(id, number, version),
    queryFn: ({ signal }) => get<Page>(`/contents/${id}/pages/${number}`, signal),
    enabled: enabled && number > 0,
    staleTime: Infinity,
  })
}

export function useWorkspaces() {
  return useQuery({
    queryKey: keys.workspaces,
    queryFn: async ({ signal }) => (await get<{ workspaces: Workspace[] }>('/workspaces', signal)).workspaces,
  })
}

export function useTokens() {
  return useQuery({
    queryKey: keys.tokens,
    queryFn: async ({ signal }) => (await get<{ tokens: Token[] }>('/tokens', signal)).tokens,
  })
}

export function useLanguageModel() {
  return useQuery({
    queryKey: keys.languageModel,
    queryFn: ({ signal }) => get<LanguageModel>('/language-model', signal),
  })
}

export function usePasswords() {
  return useQuery({
    queryKey: keys.passwords,
    queryFn: async ({ signal }) => (await get<{ passwords: Password[] }>('/passwords', signal)).passwords,
  })
}

export function useScanner() {
  return useQuery({ queryKey: keys.scanner, queryFn: ({ signal }) => get<Scanner>('/scanner', signal) })
}
