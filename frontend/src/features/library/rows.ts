import { useCallback, useMemo, useState } from 'react'
import { CONTENTS_PAGE, useContents, useContentsPages, type ContentsFilter } from '@/api/queries'
import type { Content } from '@/api/types'

export interface Rows {
  /** Undefined until the first answer. */
  total: number | undefined
  error: unknown
  retry: () => void
  /** The row at an index, undefined until its page has come. */
  at: (index: number) => Content | undefined
  /** Tells which rows are looked at; the same range twice changes nothing. */
  look: (first: number, last: number) => void
}

/** The listing as if it were all here: pages are read where they are looked at. */
export function useRows(filter: ContentsFilter): Rows {
  const [[first, last], setRange] = useState<[number, number]>([0, 0])
  const head = useContents(filter)
  const pages = useMemo(() => Array.from({ length: last - first + 1 }, (_, i) => first + i), [first, last])
  const answers = useContentsPages(filter, pages)
  const look = useCallback((from: number, to: number) => {
    const next: [number, number] = [Math.floor(from / CONTENTS_PAGE), Math.floor(to / CONTENTS_PAGE)]
    setRange((was) => (was[0] === next[0] && was[1] === next[1] ? was : next))
  }, [])
  const at = (index: number) => {
    const page = Math.floor(index / CONTENTS_PAGE)
    const answer = page === 0 ? head.data : answers[page - first]?.data
    return answer?.contents[index % CONTENTS_PAGE]
  }
  return { total: head.data?.total, error: head.error, retry: () => void head.refetch(), at, look }
}
