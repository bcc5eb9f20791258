import { useState } from 'react'
import type { SearchResult } from '@/api/types'

/**
 * Results that never move under the pointer. A result of another query is shown at once: the person asked for it. A
 * later result of the same query, because something was read meanwhile, waits while the list is held.
 */
export function useSteady(latest: SearchResult | undefined, held: boolean) {
  const [shown, setShown] = useState(latest)
  const moved = latest !== undefined && shown !== undefined && order(latest) !== order(shown)
  const wait = held && moved && latest.query === shown.query
  if (latest !== shown && !wait) setShown(latest)
  return {
    shown: wait ? shown : latest,
    newer: wait,
    showNewer: () => setShown(latest),
  }
}

function order(result: SearchResult): string {
  return result.hits.map(({ contentId, page, start }) => `${contentId}.${page}.${start}`).join()
}
