/** Writing: one function for each thing a person can do. Each names what has become old afterwards. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { post, put, query, remove, upload } from './client'
import { keys } from './keys'
import type {
  Content,
  Folder,
  Indexing,
  IndexingChange,
  LanguageModel,
  LanguageModelChange,
  LanguageModelTrial,
  NewToken,
  Password,
  Scanner,
  ScannerSettings,
  Status,
  Workspace,
} from './types'

/** With forget, what was sent is not remembered once the action has been reset or its screen has gone. */
function useAction<In, Out>(
  act: (input: In) => Promise<Out>,
  old: readonly (readonly string[])[],
  { forget = false } = {},
) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: act,
    ...(forget ? { gcTime: 0 } : {}),
    onSettled: () => Promise.all(old.map((queryKey) => client.invalidateQueries({ queryKey }))),
  })
}

const afterFolders = [keys.folders, keys.status, keys.contents]

export interface NewFolder {
  path: string
  workspaceId?: string
  consent?: boolean
}

export const useAddFolder = () =>
  useAction((folder: NewFolder) => post<Folder>('/folders', folder), afterFolders)

export const useRemoveFolder = () =>
  useAction(
    ({ id, keep }: { id: string; keep: boolean }) =>
      remove(`/folders/${id}${query({ keep: keep ? 'true' : '' })}`),
    afterFolders,
  )

export const useOpenArchives = () =>
  useAction(
    ({ id, open }: { id: string; open: boolean }) => put<Folder>(`/folders/${id}`, { openArchives: open }),
    afterFolders,
  )

export const useFolderDo = () =>
  useAction(
    ({ id, what }: { id: string; what: 'pause' | 'resume' | 'check' }) => post(`/folders/${id}/${what}`),
    afterFolders,
  )

export const useAnswerDeletion = () =>
  useAction(
    ({ id, trash }: { id: string; trash: boolean }) => post(`/folders/${id}/deletions`, { trash }),
    afterFolders,
  )

export const usePauseAll = () =>
  useAction((pause: boolean) => post(pause ? '/pause' : '/resume'), [keys.status, keys.folders])

/** Which failed documents are to be read again: one, or all of a reason and a folder. */
export type Retry = { id: string } | { reason?: string; folder?: string }

export const useRetry = () =>
  useAction(
    (which: Retry) =>
      post('id' in which ? `/contents/${which.id}/retry` : `/contents/retry${query({ ...which })}`),
    [keys.contents, keys.status, keys.folders, keys.files],
  )

export const useStopReading = () =>
  useAction((id: string) => post(`/contents/${id}/stop`), [keys.contents, keys.status])

/** The choice shows at once; what the server says of it follows. */
export function useChangeIndexing() {
  const client = useQueryClient()
  const show = (indexing: IndexingChange) =>
    client.setQueryData<Status>(
      keys.status,
      (status) => status && { ...status, indexing: { ...status.indexing, ...indexing } },
    )
  return useMutation({
    mutationFn: (change: IndexingChange) => put<Indexing>('/indexing', change),
    onMutate: (change) => {
      void client.cancelQueries({ queryKey: keys.status })
      show(change)
    },
    onSuccess: show,
    onSettled: () => client.invalidateQueries({ queryKey: keys.status }),
  })
}

export const useDeleteContent = () =>
  useAction((id: string) => remove(`/contents/${id}`), [keys.contents, keys.status, ['search']])

export const useRestoreContent = () =>
  useAction((id: string) => post(`/contents/${id}/restore`), [keys.contents, keys.status, ['search']])

export const useUpload = () =>
  useAction(
    async ({ file, workspace }: { file: File; workspace: string }) =>
      upload<Content>(`/contents${query({ name: file.name, workspace })}`, await file.arrayBuffer()),
    [keys.contents, keys.status],
  )

export const useCreateWorkspace = () =>
  useAction(
    (workspace: { name: string; description?: string }) => post<Workspace>('/workspaces', workspace),
    [keys.workspaces],
  )

export const useChangeWorkspace = () =>
  useAction(
    ({ id, change }: { id: string; change: Partial<Pick<Workspace, 'name' | 'description' | 'color'>> }) =>
      put<Workspace>(`/workspaces/${id}`, change),
    [keys.workspaces],
  )

export const useDeleteWorkspace = () =>
  useAction((id: string) => remove(`/workspaces/${id}`), [keys.workspaces, ...afterFolders])

export interface TokenWish {
  name: string
  abilities: string[]
  workspaceId?: string
}

export const useCreateToken = () =>
  useAction((token: TokenWish) => post<NewToken>('/tokens', token), [keys.tokens])

export const useRevokeToken = () => useAction((id: string) => remove(`/tokens/${id}`), [keys.tokens])

export const useSetLanguageModel = () =>
  useAction(
    (change: LanguageModelChange) => put<LanguageModel>('/language-model', change),
    [keys.languageModel, ['ask']],
  )

export const useTryLanguageModel = () =>
  useAction((change: LanguageModelChange) => post<LanguageModelTrial>('/language-model/try', change), [])

/** Without a contentId the password is tried on every document that needs one. */
export const useGivePassword = () =>
  useAction(
    ({ contentId, ...given }: { contentId?: string; password: string; keep: boolean }) =>
      post<Password>(contentId === undefined ? '/passwords' : `/contents/${contentId}/password`, given),
    [keys.passwords, keys.contents, keys.status, keys.folders],
    { forget: true },
  )

export const useForgetPassword = () => useAction((id: string) => remove(`/passwords/${id}`), [keys.passwords])

export const useSetScanner = () =>
  useAction((settings: ScannerSettings) => put<Scanner>('/scanner', settings), [keys.scanner, keys.status])

export const useTestScanner = () =>
  useAction((address: string) => post<{ version: string }>('/scanner/test', { address }), [])
