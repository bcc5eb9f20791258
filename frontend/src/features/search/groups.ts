import type { Hit } from '@/api/types'

/** Hits by document: documents in the order of their best passage, passages in the order they came. */
export function groupHits(hits: Hit[]): [Hit, ...Hit[]][] {
  const groups = new Map<string, [Hit, ...Hit[]]>()
  for (const hit of hits) {
    const group = groups.get(hit.contentId)
    if (group) group.push(hit)
    else groups.set(hit.contentId, [hit])
  }
  return [...groups.values()]
}
