/**
 * Live updates. One stream of newline-separated JSON is read by fetch (EventSource sends no authorization). Events say
 * that something changed, never what: listeners read the new state themselves. The stream is opened again after a
 * failure, after 0.5 to 8 seconds, or at once when the machine comes back online or the person asks.
 */
import { ApiError, send } from './client'
import type { DeskEvent } from './types'

export type Connection = 'connecting' | 'live' | 'gone'

/** Three missed heartbeats (15 s each) count as silence. */
const SILENCE_MS = 45_000

interface Listener {
  event?: (event: DeskEvent) => void
  connection?: (state: Connection) => void
  /** Events may have been missed: read everything anew. */
  missed?: () => void
}

/** Splits a stream of text into the JSON lines that are complete, keeping the rest for the next piece. */
export function lineReader<Line = DeskEvent>(): (piece: string) => Line[] {
  let rest = ''
  return (piece) => {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Line)
  }
}

export interface Subscription {
  close: () => void
  retryNow: () => void
}

export function subscribe(listener: Listener): Subscription {
  let open = true
  const isOpen = () => open
  let failures = 0
  let wake = () => {}
  let abort = new AbortController()

  async function follow() {
    const response = await send('/events', { signal: abort.signal })
    if (!response.body) throw new ApiError('unreachable', 'The event stream has no body.', 0)
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    const lines = lineReader()
    let last: number | undefined
    listener.connection?.('live')
    if (failures > 0) listener.missed?.()
    failures = 0
    for (;;) {
      const silence = setTimeout(() => abort.abort(), SILENCE_MS)
      const { value, done } = await reader.read().finally(() => clearTimeout(silence))
      if (done) return
      for (const event of lines(value)) {
        if (event.seq !== undefined) {
          if (last !== undefined && event.seq > last + 1) listener.missed?.()
          last = event.seq
        }
        if (event.kind !== 'ping') listener.event?.(event)
      }
    }
  }

  async function run() {
    listener.connection?.('connecting')
    while (isOpen()) {
      abort = new AbortController()
      try {
        await follow()
      } catch {
        // Every failure means the same here: the stream is gone and is opened again.
      }
      if (!isOpen()) return
      failures++
      // One lost stream is routine; only a second failure in a row is worth a word.
      if (failures > 1) listener.connection?.('gone')
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(8000, 500 * 2 ** Math.min(failures - 1, 5)))
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  const online = () => wake()
  window.addEventListener('online', online)
  void run()
  return {
    close() {
      open = false
      window.removeEventListener('online', online)
      abort.abort()
      wake()
    },
    retryNow: () => wake(),
  }
}
