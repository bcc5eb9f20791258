import { useCallback, useEffect, useMemo, useState } from 'react'
import { usePage } from '@/api/queries'
import type { Content, Page } from '@/api/types'
import type { Place } from '@/navigation/route'
import { t } from '@/text/en'
import { Failed, Notice, Skeletons } from '@/ui/States'
import { FindBar } from './FindBar'
import { findIn, type Found } from './find'
import { PageText } from './PageText'
import { usePageScroll } from './pageScroll'

/** The text of a document as it was read, every page in one scroll, pages loaded as they come near. */
export function TextView({
  content,
  place,
  notice,
}: {
  content: Content
  place: Place
  notice?: string | undefined
}) {
  const { scroller, near, current, goTo } = usePageScroll(content.pageCount, place.page)
  const [texts, setTexts] = useState<ReadonlyMap<number, Page>>(new Map())
  const [sought, setSought] = useState('')
  const [at, setAt] = useState(0)
  const found = useMemo(() => findIn([...texts.values()], sought), [sought, texts])
  const match = found[Math.min(at, found.length - 1)]

  const addText = useCallback((page: Page) => {
    setTexts((was) => (was.get(page.number) === page ? was : new Map(was).set(page.number, page)))
  }, [])

  useEffect(() => {
    if (match) goTo(match.page)
  }, [match, goTo])

  return (
    <>
      <FindBar
        sought={sought}
        onSeek={(text) => {
          setSought(text)
          setAt(0)
        }}
        at={found.length === 0 ? 0 : Math.min(at, found.length - 1) + 1}
        of={found.length}
        onStep={(step) => setAt((was) => (was + step + found.length) % Math.max(1, found.length))}
        page={current}
        pages={content.pageCount}
        onPage={goTo}
      />
      <div
        className={`pages text${place.found ? ' soft' : ''}`}
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label={t.document.text}
      >
        {notice !== undefined && <Notice title={notice} />}
        {Array.from({ length: content.pageCount }, (_, i) => i + 1).map((number) => (
          <div key={number} className="text-page" data-page={number}>
            {content.pageCount > 1 && (
              <div className="text-page-number quiet">{t.document.pageNumber(number)}</div>
            )}
            {(near.has(number) || sought !== '') && (
              <LoadedPage
                content={content}
                number={number}
                place={place}
                found={found}
                match={match}
                onText={addText}
              />
            )}
          </div>
        ))}
      </div>
    </>
  )
}

function LoadedPage({
  content,
  number,
  place,
  found,
  match,
  onText,
}: {
  content: Content
  number: number
  place: Place
  found: Found[]
  match: Found | undefined
  onText: (page: Page) => void
}) {
  const { data, error, refetch } = usePage(content.contentId, number, content.sha256)
  useEffect(() => {
    if (data) onText(data)
  }, [data, onText])
  if (error) return <Failed error={error} retry={() => void refetch()} />
  if (!data) return <Skeletons lines={14} />
  const quoted = place.page === number && place.start !== undefined && place.end !== undefined
  return (
    <PageText
      page={data}
      quote={quoted ? { start: place.start ?? 0, end: place.end ?? 0 } : undefined}
      found={found.filter(({ page }) => page === number)}
      match={match?.page === number ? match : undefined}
    />
  )
}
