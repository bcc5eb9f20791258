import { ZoomIn, ZoomOut } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { Content } from '@/api/types'
import { t } from '@/text/en'
import { IconButton } from '@/ui/IconButton'
import { Notice, Skeletons } from '@/ui/States'
import { FindBar } from './FindBar'
import { openPdf, type OpenPdf } from './pdf'
import { PdfPage } from './PdfPage'
import { usePageScroll } from './pageScroll'
import { usePdfFind } from './pdfFind'

interface Props {
  content: Content
  page: number
  /** The passage to mark on that page; empty for none. */
  quote: string
  /** The passage was found, not quoted. */
  soft: boolean
  /** The original cannot be shown: the text stands in. */
  onBroken: (why: string) => void
}

/** The pages of a PDF as they look, drawn as they come near. */
export function PdfView({ content, page, quote, soft, onBroken }: Props) {
  const [pdf, setPdf] = useState<OpenPdf | null>(null)
  const { contentId } = content
  const broken = useRef(onBroken)
  useEffect(() => {
    broken.current = onBroken
  })
  useEffect(() => {
    let open: OpenPdf | undefined
    let left = false
    openPdf(contentId).then(
      (opened) => {
        open = opened
        if (left) opened.close()
        else setPdf(opened)
      },
      (error: unknown) => !left && broken.current(error instanceof Error ? error.message : String(error)),
    )
    return () => {
      left = true
      open?.close()
    }
  }, [contentId])

  if (!pdf) {
    return (
      <div className="document-state">
        <Skeletons lines={16} />
      </div>
    )
  }
  return <Pages pdf={pdf} page={page} quote={quote} soft={soft} />
}

/** Pages further away than this are not kept drawn: a canvas costs megabytes. */
const KEPT = 5
const zooms = [0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 3]

function Pages({ pdf, page, quote, soft }: { pdf: OpenPdf; page: number; quote: string; soft: boolean }) {
  const pages = pdf.document.numPages
  const { scroller, near, current, goTo } = usePageScroll(pages, Math.min(page, pages))
  const width = useWidth(scroller)
  const [zoom, setZoom] = useState(4)
  const [missed, setMissed] = useState(false)
  const find = usePdfFind(pdf.document)
  const scale = (Math.min(Math.max(width - 48, 240), 980) / pdf.width) * (zooms[zoom] ?? 1)
  const foundPage = find.match?.page
  useEffect(() => {
    if (foundPage) goTo(foundPage)
  }, [foundPage, goTo])

  return (
    <>
      <FindBar
        sought={find.sought}
        onSeek={find.seek}
        at={find.at}
        of={find.found.length}
        onStep={find.step}
        page={current}
        pages={pages}
        onPage={goTo}
      >
        <IconButton label={t.document.zoomOut} disabled={zoom === 0} onClick={() => setZoom(zoom - 1)}>
          <ZoomOut size={16} />
        </IconButton>
        <IconButton
          label={t.document.zoomIn}
          disabled={zoom === zooms.length - 1}
          onClick={() => setZoom(zoom + 1)}
        >
          <ZoomIn size={16} />
        </IconButton>
      </FindBar>
      <div
        className={`pages pdf${soft ? ' soft' : ''}`}
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label={t.document.pages}
      >
        {missed && <Notice title={t.document.noQuote} />}
        {width > 0 &&
          Array.from({ length: pages }, (_, i) => i + 1).map((number) => (
            <div
              key={number}
              className="pdf-page"
              data-page={number}
              style={{ width: pdf.width * scale, minHeight: pdf.height * scale }}
            >
              {near.has(number) && (Math.abs(number - current) <= KEPT || number === page) && (
                <PdfPage
                  document={pdf.document}
                  number={number}
                  scale={scale}
                  quote={number === page ? quote : ''}
                  sought={find.sought}
                  match={find.match?.page === number ? find.match.nth : -1}
                  onQuote={(found) => setMissed(!found)}
                />
              )}
            </div>
          ))}
      </div>
    </>
  )
}

function useWidth(element: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (!element.current) return
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.round(entry.contentRect.width)))
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [element])
  return width
}
