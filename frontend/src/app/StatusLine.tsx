import { useLive } from '@/api/live'
import { useStatus } from '@/api/queries'
import type { Status } from '@/api/types'
import { syncLine } from '@/text/syncState'
import type { Connection } from '@/api/events'
import { hashOf, type Route } from '@/navigation/route'
import { t } from '@/text/en'
import { duration } from '@/text/format'

interface Line {
  kind: 'good' | 'busy' | 'warn' | 'bad' | ''
  text: string
  to: Extract<Route['name'], 'activity' | 'folders' | 'sync'>
}

/** The one quiet sentence at the foot, chosen by what matters most. */
export function lineOf(status: Status | undefined, connection: Connection): Line {
  if (connection === 'gone') return { kind: 'bad', text: t.status.gone, to: 'activity' }
  if (!status) return { kind: '', text: t.status.connecting, to: 'activity' }
  const folders = status.folders
  const { phase, done, total, secondsLeft, problem } = status.progress
  const gently = status.indexing.reason ? ` · ${t.status.gently}` : ''
  const left = gently + (secondsLeft === null ? '' : ` · ${duration(secondsLeft)}`)
  if (problem) return { kind: 'bad', text: problem, to: 'activity' }
  if (folders.some(({ state }) => state === 'asking'))
    return { kind: 'warn', text: t.status.asking, to: 'folders' }
  const sync = syncLine(status.sync)
  if (sync && sync.kind !== 'busy' && sync.urgent) return { ...sync, to: 'sync' }
  if (phase === 'paused') {
    const waiting = status.documents.pending
    return { kind: 'warn', text: waiting ? t.status.pausedWaiting(waiting) : t.status.paused, to: 'activity' }
  }
  if (phase === 'scanning') return { kind: 'busy', text: t.status.scanning, to: 'activity' }
  if (phase === 'reading') return { kind: 'busy', text: t.status.reading(done, total) + left, to: 'activity' }
  if (phase === 'embedding')
    return { kind: 'busy', text: t.status.embedding(done, total) + left, to: 'activity' }
  const offline = folders.filter(({ state }) => state === 'offline').length
  if (offline > 0) return { kind: 'warn', text: t.status.offline(offline), to: 'folders' }
  if (sync) return { ...sync, to: 'sync' }
  if (status.documents.total === 0) return { kind: '', text: t.status.nothing, to: 'folders' }
  return { kind: 'good', text: t.status.upToDate, to: 'activity' }
}

export function StatusLine() {
  const { data: status } = useStatus()
  const { connection } = useLive()
  const line = lineOf(status, connection)
  const failed = status?.documents.failed ?? 0
  return (
    <footer className="foot tabular" aria-label={t.status.label}>
      <a className={`badge ${line.kind}`} href={hashOf({ name: line.to })}>
        {line.text}
      </a>
      {status && connection !== 'gone' && status.progress.phase !== 'idle' && status.progress.total > 0 && (
        <span className="foot-bar" aria-hidden>
          <span style={{ width: `${(100 * status.progress.done) / status.progress.total}%` }} />
        </span>
      )}
      <span className="foot-gap" />
      {failed > 0 && (
        <a className="foot-link" href={hashOf({ name: 'activity' })}>
          {t.status.failed(failed)}
        </a>
      )}
      {status && status.documents.total > 0 && (
        <a className="foot-link" href={hashOf({ name: 'library' })}>
          {t.common.documents(status.documents.total)}
        </a>
      )}
    </footer>
  )
}
