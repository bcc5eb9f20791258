/** A scroll of many pages: which are near enough to load, which one is being read, and how to go to one. */
import { useCallback, useEffect, useRef, useState } from 'react'

const NEAR = '800px 0px'

export function usePageScroll(pages: number, first: number) {
  const scroller = useRef<HTMLDivElement>(null)
  const [near, setNear] = useState<ReadonlySet<number>>(() => new Set([first]))
  const [current, setCurrent] = useState(first)

  const goTo = useCallback((page: number) => {
    scroller.current?.querySelector(`[data-page="${page}"]`)?.scrollIntoView({ block: 'start' })
  }, [])

  useEffect(() => {
    if (first > 1) goTo(first)
  }, [first, goTo, pages])

  useEffect(() => {
    const root = scroller.current
    if (!root) return
    const loading = new IntersectionObserver(
      (entries) => {
        const came = entries.filter((entry) => entry.isIntersecting).map(pageOf)
        if (came.length > 0)
          setNear((was) => (came.every((page) => was.has(page)) ? was : new Set([...was, ...came])))
      },
      { root, rootMargin: NEAR },
    )
    const reading = new IntersectionObserver(
      (entries) => {
        const at = entries.find((entry) => entry.isIntersecting)
        if (at) setCurrent(pageOf(at))
      },
      { root, rootMargin: '-30% 0px -69% 0px' },
    )
    for (const page of root.querySelectorAll('[data-page]')) {
      loading.observe(page)
      reading.observe(page)
    }
    return () => {
      loading.disconnect()
      reading.disconnect()
    }
  }, [pages])

  return { scroller, near, current, goTo }
}

function pageOf(entry: IntersectionObserverEntry): number {
  return Number((entry.target as HTMLElement).dataset['page'])
}
