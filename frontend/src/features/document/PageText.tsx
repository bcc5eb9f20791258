import { Fragment, useEffect, useMemo, useRef, type ReactNode } from 'react'
import type { Block, Page, Span } from '@/api/types'
import { CodePoints } from '@/text/codepoints'
import { t } from '@/text/en'

interface Props {
  page: Page
  quote: Span | undefined
  found: Span[]
  match: Span | undefined
}

/** One page's text in its structure, with the quoted passage and the found words marked. */
export function PageText({ page, quote, found, match }: Props) {
  const points = useMemo(() => new CodePoints(page.text), [page.text])
  const blocks = useMemo(() => blocksOf(page, points), [page, points])
  const root = useRef<HTMLDivElement>(null)
  const quoteAt = quote?.start
  useEffect(() => {
    if (quoteAt !== undefined) reveal(root.current?.querySelector('.quote'))
  }, [quoteAt, page])
  useEffect(() => {
    if (match) reveal(root.current?.querySelector('.match'))
  }, [match])

  if (page.text.trim() === '') return <p className="quiet">{t.document.noText}</p>
  const draw = (block: Span) => pieces(points, block, quote, found, match)
  return (
    <div className="page-text reading" ref={root}>
      {blocks.map((block) => (
        <BlockText key={block.start} block={block} flow={hardWrapped(points.slice(block.start, block.end))}>
          {draw(block)}
        </BlockText>
      ))}
    </div>
  )
}

function reveal(element: Element | null | undefined) {
  element?.scrollIntoView({ block: 'center', behavior: 'instant' })
}

/** Whether lines end where a page was narrow rather than where a thought ends: they flow again then. */
function hardWrapped(text: string): boolean {
  const lines = text.trim().split('\n').slice(0, -1)
  return lines.length > 0 && lines.every((line) => line.length >= 60)
}

function BlockText({ block, flow, children }: { block: Block; flow: boolean; children: ReactNode }) {
  switch (block.kind) {
    case 'heading': {
      const Heading = (['h3', 'h3', 'h4', 'h5', 'h6', 'h6', 'h6'] as const)[block.level ?? 2] ?? 'h6'
      return (
        <Heading dir="auto" className={`level-${Math.min(block.level ?? 2, 4)}`}>
          {children}
        </Heading>
      )
    }
    case 'code':
      return <pre>{children}</pre>
    case 'list_item':
      return (
        <p dir="auto" className={flow ? 'list-item flow' : 'list-item'}>
          {children}
        </p>
      )
    case 'table_row':
      return (
        <p dir="auto" className="table-row">
          {children}
        </p>
      )
    default:
      return (
        <p dir="auto" className={flow ? 'flow' : ''}>
          {children}
        </p>
      )
  }
}

/** The page's blocks, or paragraphs between empty lines when extraction found no structure. */
function blocksOf(page: Page, points: CodePoints): Block[] {
  const blocks = page.blocks ?? []
  if (blocks.length > 0) return blocks
  const made: Block[] = []
  let start = 0
  for (const paragraph of page.text.split(/(\n{2,})/)) {
    const end = start + new CodePoints(paragraph).length
    if (paragraph.trim() !== '') made.push({ kind: 'paragraph', start, end })
    start = end
  }
  return made.length > 0 ? made : [{ kind: 'paragraph', start: 0, end: points.length }]
}

/** A stretch cut where marks begin and end, each piece in the mark that holds it. */
function pieces(
  points: CodePoints,
  block: Span,
  quote: Span | undefined,
  found: Span[],
  match: Span | undefined,
): ReactNode {
  const marks = [...(quote ? [quote] : []), ...found].filter(
    (s) => s.start < block.end && s.end > block.start,
  )
  if (marks.length === 0) return points.slice(block.start, block.end)
  const cuts = new Set([block.start, block.end])
  for (const { start, end } of marks) {
    cuts.add(Math.max(start, block.start))
    cuts.add(Math.min(end, block.end))
  }
  const edges = [...cuts].sort((a, b) => a - b)
  return edges.slice(0, -1).map((start, i) => {
    const end = edges[i + 1] ?? block.end
    const text = points.slice(start, end)
    const within = (span: Span | undefined) => span !== undefined && span.start <= start && end <= span.end
    const name = [within(quote) && 'quote', within(match) && 'match', found.some(within) && 'found'].filter(
      Boolean,
    )
    return name.length === 0 ? (
      <Fragment key={start}>{text}</Fragment>
    ) : (
      <mark key={start} className={name.join(' ')}>
        {text}
      </mark>
    )
  })
}
