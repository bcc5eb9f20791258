import { useMemo, type ReactNode } from 'react'
import type { Span } from '@/api/types'
import { CodePoints } from '@/text/codepoints'

/** Text with the given code point ranges marked. Ranges may touch, overlap and come in any order. */
export function Marked({ text, marks }: { text: string; marks: Span[] }) {
  return useMemo(() => marked(text, marks), [text, marks])
}

function marked(text: string, marks: Span[]): ReactNode {
  if (marks.length === 0) return text
  const points = new CodePoints(text)
  const out: ReactNode[] = []
  let at = 0
  for (const { start, end } of [...marks].sort((a, b) => a.start - b.start)) {
    const from = Math.max(start, at)
    if (end <= from) continue
    if (from > at) out.push(points.slice(at, from))
    out.push(<mark key={from}>{points.slice(from, end)}</mark>)
    at = end
  }
  out.push(points.slice(at, points.length))
  return out
}
