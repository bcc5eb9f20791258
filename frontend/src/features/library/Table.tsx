import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import type { Content } from '@/api/types'
import { go } from '@/navigation/route'
import { t } from '@/text/en'
import { ago, bytes, parentPath, shortPath } from '@/text/format'
import { FileIcon } from '@/ui/FileIcon'
import { StatusBadge } from '@/ui/StateBadge'
import type { Rows } from './rows'

const ROW = 34

interface Props {
  rows: Rows
  total: number
  header: { name: ReactNode; date: ReactNode; size: ReactNode }
  sorted: { column: string; direction: 'ascending' | 'descending' }
}

/** A grid of 34-pixel rows. The grid has the focus; the active row is told by its id, as most rows are not drawn. */
export function Table({ rows, total, header, sorted }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(0)
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is memoized by hand
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
  })
  const items = virtual.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items[items.length - 1]?.index ?? 0
  const { look } = rows
  useEffect(() => look(first, last), [look, first, last])

  function key(event: KeyboardEvent) {
    if ((event.target as HTMLElement).closest('button')) return
    const view = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW) - 2)
    const moves: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + view,
      PageUp: active - view,
      Home: 0,
      End: total - 1,
    }
    const to = moves[event.key]
    if (to !== undefined) {
      event.preventDefault()
      const next = Math.max(0, Math.min(total - 1, to))
      setActive(next)
      virtual.scrollToIndex(next)
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      const row = rows.at(active)
      if (row) openRow(row)
    }
  }

  const sort = (column: string) => (sorted.column === column ? sorted.direction : 'none')
  return (
    <div
      id="rows"
      className="table"
      role="grid"
      aria-label={t.library.title}
      aria-rowcount={total + 1}
      aria-activedescendant={`row-${active}`}
      tabIndex={0}
      onKeyDown={key}
    >
      <div className="table-head" role="row">
        <span role="columnheader" aria-sort={sort('name')}>
          {header.name}
        </span>
        <span role="columnheader">{t.library.folder}</span>
        <span role="columnheader" aria-sort={sort('updatedAt')}>
          {header.date}
        </span>
        <span role="columnheader" aria-sort={sort('size')} className="right">
          {header.size}
        </span>
        <span role="columnheader">{t.library.state}</span>
      </div>
      <div className="table-body" role="rowgroup" ref={scroller}>
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
          {items.map(({ index, start }) => (
            <Row key={index} index={index} top={start} row={rows.at(index)} active={index === active} />
          ))}
        </div>
      </div>
    </div>
  )
}

function openRow({ contentId }: Content) {
  go({ name: 'document', place: { id: contentId, page: 1 } })
}

function Row({
  index,
  top,
  row,
  active,
}: {
  index: number
  top: number
  row: Content | undefined
  active: boolean
}) {
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the grid has the focus and the keys
    <div
      id={`row-${index}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={active}
      className={`table-row${active ? ' active' : ''}`}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => row && openRow(row)}
    >
      {row ? (
        <>
          <span role="gridcell" className="table-name">
            <FileIcon format={row.fileFormat} />
            <span className="cut" dir="auto" title={row.fileName}>
              {row.fileName}
            </span>
          </span>
          <span role="gridcell" className="cut quiet" title={row.path}>
            {row.path ? shortPath(parentPath(row.path)) : t.library.upload}
          </span>
          <span role="gridcell" className="tabular">
            {ago(row.updatedAt)}
          </span>
          <span role="gridcell" className="tabular right">
            {bytes(row.size)}
          </span>
          <span role="gridcell" title={row.failure}>
            <StatusBadge status={row.status} />
          </span>
        </>
      ) : (
        <span role="gridcell" className="skeleton" />
      )}
    </div>
  )
}
