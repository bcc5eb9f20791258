import type { PDFDocumentProxy } from 'pdfjs-dist'
import { useCallback, useEffect, useState } from 'react'
import { flatten, occurrences } from './locate'
import { pageStrings } from './pdf'

interface Match {
  page: number
  /** Which occurrence on its page, from 0. */
  nth: number
}

const MOST = 1000

/** Finds words page by page; matches appear while later pages are still being read. */
export function usePdfFind(document: PDFDocumentProxy) {
  const [sought, setSought] = useState('')
  const [found, setFound] = useState<Match[]>([])
  const [index, setIndex] = useState(0)

  useEffect(() => {
    let stopped = false
    async function run() {
      const matches: Match[] = []
      for (let page = 1; page <= document.numPages && matches.length < MOST; page++) {
        const flat = flatten(await pageStrings(await document.getPage(page)))
        if (stopped) return
        const here = occurrences(flat, sought).map((_, nth) => ({ page, nth }))
        if (here.length === 0) continue
        matches.push(...here)
        setFound([...matches])
      }
    }
    if (sought.trim() !== '') void run()
    return () => {
      stopped = true
    }
  }, [document, sought])

  const seek = useCallback((text: string) => {
    setSought(text)
    setFound([])
    setIndex(0)
  }, [])
  const step = useCallback(
    (by: 1 | -1) => setIndex((was) => (found.length === 0 ? 0 : (was + by + found.length) % found.length)),
    [found.length],
  )
  return { sought, seek, found, step, at: found.length === 0 ? 0 : index + 1, match: found[index] }
}
