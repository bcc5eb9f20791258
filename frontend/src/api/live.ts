/** Keeps the cache true: events from the server mark what has become old, at most twice a second. */
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { inDesktop } from '@/platform'
import { subscribe, type Connection, type Subscription } from './events'
import { keys } from './keys'
import type { DeskEvent } from './types'

const THROTTLE_MS = 500
/** Some webviews hold a stream back until it ends; there everything shown is read anew this often. */
const WITHOUT_STREAM_MS = 3000

const stale: Record<DeskEvent['kind'], readonly (readonly string[])[]> = {
  folders: [keys.folders, keys.status],
  contents: [keys.contents, keys.status, keys.folders, ['search'], keys.conflicts, keys.conflict],
  progress: [keys.status, keys.folders],
  workspaces: [keys.workspaces, keys.conflicts],
  sync: [keys.questions, keys.remotes, keys.status, keys.conflicts, keys.history, keys.workspaces],
  ping: [],
}

/** Collects what is old and marks it once per interval: a burst of 20,000 files is a handful of reads. */
export function marker(client: Pick<QueryClient, 'invalidateQueries'>, interval = THROTTLE_MS) {
  const waiting = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    timer = undefined
    for (const key of waiting) void client.invalidateQueries({ queryKey: [key] })
    waiting.clear()
  }
  return {
    mark: (event: DeskEvent) => {
      for (const key of (stale[event.kind] as readonly (readonly string[])[] | undefined) ?? [])
        waiting.add(key[0] ?? '')
      if (waiting.size > 0) timer ??= setTimeout(flush, interval)
    },
    stop: () => clearTimeout(timer),
  }
}

export interface Live {
  connection: Connection
  retryNow: () => void
}

export const LiveContext = createContext<Live>({ connection: 'connecting', retryNow: () => {} })

export const useLive = () => useContext(LiveContext)

export function useSubscription(): Live {
  const client = useQueryClient()
  const [connection, setConnection] = useState<Connection>('connecting')
  const subscription = useRef<Subscription>(null)
  useEffect(() => {
    const { mark, stop } = marker(client)
    subscription.current = subscribe({
      event: mark,
      connection: setConnection,
      missed: () => void client.invalidateQueries(),
    })
    return () => {
      stop()
      subscription.current?.close()
    }
  }, [client])
  const blind = connection === 'connecting' && inDesktop()
  useEffect(() => {
    if (!blind) return
    const timer = setInterval(() => void client.invalidateQueries(), WITHOUT_STREAM_MS)
    return () => clearInterval(timer)
  }, [blind, client])
  return useMemo(
    () => ({
      connection,
      retryNow: () => {
        subscription.current?.retryNow()
        void client.invalidateQueries()
      },
    }),
    [connection, client],
  )
}
