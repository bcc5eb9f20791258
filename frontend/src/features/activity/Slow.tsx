import { Square } from 'lucide-react'
import { useState } from 'react'
import { useStopReading } from '@/api/actions'
import { useBeingRead } from '@/api/queries'
import type { Content } from '@/api/types'
import { t } from '@/text/en'
import { duration } from '@/text/format'
import { IconButton } from '@/ui/IconButton'
import { sentence } from '@/ui/States'
import { toast } from '@/ui/toast'

/** How long a document is being read before it is named: most are read in no time, and nothing should flicker. */
const SLOW_MS = 3000

/** What has been being read for long, each with a way to stop that. */
export function Slow() {
  const { data: contents = [], dataUpdatedAt } = useBeingRead()
  const since = useSince(contents, dataUpdatedAt)
  const stop = useStopReading()
  const slow = contents.filter(
    ({ contentId }) => dataUpdatedAt - (since.get(contentId) ?? dataUpdatedAt) >= SLOW_MS,
  )
  if (slow.length === 0) return null
  return (
    <section className="slow" aria-label={t.activity.slow}>
      <h2>{t.activity.slow}</h2>
      <ul>
        {slow.map(({ contentId, fileName }) => (
          <li key={contentId}>
            <span className="cut" dir="auto">
              {fileName}
            </span>
            <span className="quiet tabular">
              {t.activity.slowFor(duration((dataUpdatedAt - (since.get(contentId) ?? 0)) / 1000))}
            </span>
            <IconButton
              label={t.activity.stop(fileName)}
              disabled={stop.isPending}
              onClick={() =>
                stop.mutate(contentId, {
                  onSuccess: () => toast(t.activity.stopped(fileName)),
                  onError: (error) => toast(sentence(error), { kind: 'bad' }),
                })
              }
            >
              <Square size={13} />
            </IconButton>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** When each of the documents was first seen being read. */
function useSince(contents: Content[], at: number): Map<string, number> {
  const [seen, setSeen] = useState<{ at: number; since: Map<string, number> }>({ at: 0, since: new Map() })
  if (at === seen.at) return seen.since
  const since = new Map(contents.map(({ contentId }) => [contentId, seen.since.get(contentId) ?? at]))
  setSeen({ at, since })
  return since
}
