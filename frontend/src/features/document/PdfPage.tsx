import type { PDFDocumentProxy } from 'pdfjs-dist'
import { useEffect, useRef, useState } from 'react'
import { flatten, locate, occurrences, type Stretch } from './locate'
import { pdfjs } from './pdf'

interface Props {
  document: PDFDocumentProxy
  number: number
  scale: number
  quote: string
  sought: string
  /** Which occurrence of sought is the current one; -1 for none on this page. */
  match: number
  onQuote: (found: boolean) => void
}

interface Layer {
  divs: HTMLElement[]
  strings: string[]
}

interface Box {
  left: number
  top: number
  width: number
  height: number
  kind: string
}

/** One page: its drawing, its selectable text over it, and the marks between them. */
export function PdfPage({ document, number, scale, quote, sought, match, onQuote }: Props) {
  const root = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const text = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState<{ width: number; height: number } | null>(null)
  const [layer, setLayer] = useState<Layer | null>(null)
  const [boxes, setBoxes] = useState<Box[]>([])

  useEffect(() => {
    const stop = new AbortController()
    const left = () => stop.signal.aborted
    const stops: (() => void)[] = []
    async function draw() {
      const page = await document.getPage(number)
      const { TextLayer } = await pdfjs()
      const target = canvas.current
      const container = text.current
      if (left() || !target || !container) return
      const viewport = page.getViewport({ scale })
      const sharp = Math.min(window.devicePixelRatio || 1, 2)
      setSize({ width: viewport.width, height: viewport.height })
      target.width = Math.floor(viewport.width * sharp)
      target.height = Math.floor(viewport.height * sharp)
      const task = page.render({
        canvas: target,
        viewport,
        ...(sharp === 1 ? {} : { transform: [sharp, 0, 0, sharp, 0, 0] }),
      })
      stops.push(() => task.cancel())
      container.replaceChildren()
      const words = new TextLayer({ textContentSource: page.streamTextContent(), container, viewport })
      stops.push(() => words.cancel())
      await Promise.all([task.promise, words.render()])
      if (!left()) setLayer({ divs: words.textDivs, strings: words.textContentItemsStr })
    }
    // A cancelled drawing rejects; so does a page that is broken, which then stays blank.
    draw().catch(() => undefined)
    return () => {
      stop.abort()
      stops.forEach((stop) => stop())
    }
  }, [document, number, scale])

  useEffect(() => {
    if (!layer || !root.current) return
    const flat = flatten(layer.strings)
    const origin = root.current.getBoundingClientRect()
    const place = (stretch: Stretch, kind: string) => rectangles(layer.divs, stretch, origin, kind)
    const quoted = quote === '' ? null : locate(flat, quote)
    const found = sought.trim() === '' ? [] : occurrences(flat, sought)
    setBoxes([
      ...(quoted ? place(quoted, 'quote') : []),
      ...found.flatMap((stretch, i) => place(stretch, i === match ? 'match' : 'found')),
    ])
    if (quote !== '') onQuote(quoted !== null)
    // onQuote is a new function on every drawing of the parent and means the same.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [layer, quote, sought, match])

  const revealed = boxes.find(({ kind }) => kind === 'match') ?? boxes.find(({ kind }) => kind === 'quote')
  const revealedTop = revealed?.top
  useEffect(() => {
    if (revealedTop === undefined) return
    const marks = root.current?.querySelectorAll<HTMLElement>('.pdf-mark.match, .pdf-mark.quote')
    const mark = [...(marks ?? [])].find((each) => each.classList.contains('match')) ?? marks?.[0]
    mark?.scrollIntoView({ block: 'center', behavior: 'instant' })
  }, [revealedTop])

  return (
    <div
      ref={root}
      className="pdf-sheet"
      style={{ ...size, ['--total-scale-factor' as string]: scale, ['--scale-factor' as string]: scale }}
    >
      <canvas ref={canvas} style={size ?? undefined} aria-hidden />
      <div className="pdf-marks" aria-hidden>
        {boxes.map(({ kind, ...box }, i) => (
          <div key={i} className={`pdf-mark ${kind}`} style={box} />
        ))}
      </div>
      <div ref={text} className="textLayer" />
    </div>
  )
}

/** The rectangles of a stretch of text, relative to the page. */
function rectangles(divs: HTMLElement[], { from, to }: Stretch, origin: DOMRect, kind: string): Box[] {
  const boxes: Box[] = []
  for (let i = from.item; i <= to.item; i++) {
    const node = divs[i]?.firstChild
    if (!(node instanceof Text)) continue
    const range = document.createRange()
    range.setStart(node, i === from.item ? Math.min(from.offset, node.length) : 0)
    range.setEnd(node, i === to.item ? Math.min(to.offset + 1, node.length) : node.length)
    for (const rect of range.getClientRects()) {
      if (rect.width < 1) continue
      const box = {
        left: rect.left - origin.left - 1,
        top: rect.top - origin.top - 1,
        width: rect.width + 2,
        height: rect.height + 2,
        kind,
      }
      const last = boxes[boxes.length - 1]
      // Words of one line make one mark, as a marker pen would.
      if (
        last &&
        Math.abs(last.top - box.top) < box.height / 2 &&
        box.left - (last.left + last.width) < box.height
      ) {
        last.width = Math.max(last.width, box.left + box.width - last.left)
      } else boxes.push(box)
    }
  }
  return boxes
}
