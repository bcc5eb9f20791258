import type { ContentStatus, HitState } from '@/api/types'
import { t } from '@/text/en'

/** How a found passage relates to its file now. Current needs no word. */
export function StateBadge({ state }: { state: HitState }) {
  if (state === 'current') return null
  const kind = state === 'missing' ? 'bad' : state === 'remote' ? '' : 'warn'
  return <span className={`badge ${kind}`}>{t.state[state]}</span>
}

const kinds: Record<ContentStatus, string> = {
  uploaded: '',
  processing: 'busy',
  processed: 'good',
  failed: 'bad',
  remote: '',
}

export function StatusBadge({ status }: { status: ContentStatus }) {
  return <span className={`badge ${kinds[status]}`}>{t.status_[status]}</span>
}
