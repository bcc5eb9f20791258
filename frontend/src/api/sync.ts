/** Reading and writing of synchronisation: remotes, conflicts, history. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { get, post, put, query, remove } from './client'
import { keys } from './keys'
import type { Asked, Conflict, Remote, RemoteProbe, RemoteSpec, Resolution, SyncDay, SyncMode } from './types'

export function useRemotes() {
  return useQuery({
    queryKey: keys.remotes,
    queryFn: async ({ signal }) => (await get<{ remotes: Remote[] }>('/remotes', signal)).remotes,
    refetchInterval: 30_000,
  })
}

export function useConflicts() {
  return useQuery({
    queryKey: keys.conflicts,
    queryFn: async ({ signal }) => (await get<{ conflicts: Conflict[] }>('/conflicts', signal)).conflicts,
  })
}

export function useConflict(id: string) {
  return useQuery({
    queryKey: [...keys.conflict, id],
    queryFn: ({ signal }) => get<Conflict>(`/conflicts/${id}`, signal),
  })
}

export function useHistory() {
  return useQuery({
    queryKey: keys.history,
    queryFn: async ({ signal }) =>
      (await get<{ days: SyncDay[] }>(`/sync-history${query({ days: 30 })}`, signal)).days,
  })
}

const old = [keys.remotes, keys.status, keys.history, keys.conflicts, keys.workspaces]

function useAction<In, Out>(act: (input: In) => Promise<Out>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSettled: () => Promise.all(old.map((queryKey) => client.invalidateQueries({ queryKey }))),
  })
}

/** Looks at a remote before it is added; changes nothing. */
export const useProbe = () =>
  useMutation({ mutationFn: (spec: RemoteSpec) => post<RemoteProbe>('/remotes/probe', spec) })

export const useAddRemote = () => useAction((spec: RemoteSpec) => post<Remote>('/remotes', spec))

export const useRemoveRemote = () => useAction((id: string) => remove(`/remotes/${id}`))

export const useChangeRemote = () =>
  useAction(({ id, ...change }: { id: string; token?: string; bytesPerSecond?: number; name?: string }) =>
    put<Remote>(`/remotes/${id}`, change),
  )

export const useRemoteDo = () =>
  useAction(({ id, what }: { id: string; what: 'pause' | 'resume' | 'sync' }) =>
    post(`/remotes/${id}/${what}`),
  )

export const useChooseWorkspace = () =>
  useAction(
    ({
      remote,
      workspace,
      ...choice
    }: {
      remote: string
      workspace: string
      kept?: boolean
      mode?: SyncMode
      mirror?: string
    }) => put<Remote>(`/remotes/${remote}/workspaces/${workspace}`, choice),
  )

export const useShareWorkspace = () =>
  useAction(({ remote, workspace }: { remote: string; workspace: string }) =>
    post<Remote>(`/remotes/${remote}/share`, { workspaceId: workspace }),
  )

export const useAnswerQuestion = () =>
  useAction(({ remote, question, yes }: { remote: string; question: string; yes: boolean }) =>
    post(`/remotes/${remote}/questions/${encodeURIComponent(question)}`, { yes }),
  )

export const useRetrySetAside = () =>
  useAction(({ remote, item }: { remote: string; item: string }) =>
    post(`/remotes/${remote}/set-aside/${item}/retry`),
  )

/** Done is called at once, before anything is read anew: what was decided about is gone by then. */
export function useResolve(done: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, ...resolution }: { id: string } & Resolution) => post(`/conflicts/${id}`, resolution),
    onSuccess: done,
    onSettled: () => Promise.all(old.map((queryKey) => client.invalidateQueries({ queryKey }))),
  })
}

/** What was asked and kept, newest first, with the answers that came from here and elsewhere. */
export function useQuestions() {
  return useQuery({
    queryKey: keys.questions,
    queryFn: async ({ signal }) => (await get<{ questions: Asked[] }>('/questions', signal)).questions,
  })
}

export function useKeepQuestion() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (question: { query: string; workspaceIds?: string[]; later: boolean }) =>
      post<Asked>('/questions', question),
    onSettled: () => client.invalidateQueries({ queryKey: keys.questions }),
  })
}
