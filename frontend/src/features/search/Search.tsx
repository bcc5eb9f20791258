import { Search as SearchIcon } from 'lucide-react'
import { useState } from 'react'
import { useSearch, useStatus } from '@/api/queries'
import type { Hit } from '@/api/types'
import { BOX_ID, settleBox, useBox } from '@/navigation/box'
import { go, hashOf, type Place, type Route } from '@/navigation/route'
import { t } from '@/text/en'
import { parentPath, shortPath } from '@/text/format'
import { FileIcon } from '@/ui/FileIcon'
import { listKeys } from '@/ui/listKeys'
import { Passage } from '@/ui/Passage'
import { useChoices } from '@/ui/settings'
import { Empty, Failed, Notice, Skeletons } from '@/ui/States'
import { StateBadge } from '@/ui/StateBadge'
import { groupHits } from './groups'
import { useSettled } from './settled'
import { useSteady } from './steady'
import './search.css'

type SearchRoute = Extract<Route, { name: 'search' }>

/** Results as they are typed, grouped by document, best first. */
export function Search({ route }: { route: SearchRoute }) {
  const typed = useBox().trim()
  const query = useSettled(typed, 60)
  const { workspace } = useChoices()
  const { data, error, isPending, isPlaceholderData, refetch } = useSearch(query, workspace)
  const [pointed, setPointed] = useState(false)
  const { shown, newer, showNewer } = useSteady(query === '' ? undefined : data, pointed)
  const pending = useStatus().data?.documents.pending ?? 0
  // The results may be of fewer letters than the box has by now: what was typed stays, and closes nothing later.
  const open = (hit: Hit) => {
    settleBox()
    go({ name: 'search', query: typed, open: placeOf(hit) }, route.open ? 'replace' : 'push')
  }

  if (query === '') {
    return (
      <div className="screen">
        <Empty icon={SearchIcon} title={t.search.empty} />
      </div>
    )
  }
  return (
    <div className="screen">
      <div className="column search" aria-busy={isPlaceholderData}>
        {error && !shown ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : isPending && !shown ? (
          <Skeletons lines={9} />
        ) : shown ? (
          <>
            <header className="search-head tabular">
              <h1 className="hidden-text">{t.search.heading(shown.query)}</h1>
              <span role="status">{t.search.documents(shown.total)}</span>
              <span className="quiet">{t.search.took(shown.tookMs)}</span>
              {pending > 0 && <span className="badge busy">{t.search.partial(pending)}</span>}
              {newer && (
                <button type="button" className="link" onClick={showNewer}>
                  {t.search.newer}
                </button>
              )}
            </header>
            {shown.warnings?.map((warning) => (
              <Notice key={warning} title={warning} />
            ))}
            {shown.hits.length === 0 ? (
              <Nothing query={query} pending={pending} />
            ) : (
              // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- keys of the rows inside
              <div
                onPointerEnter={() => setPointed(true)}
                onPointerLeave={() => setPointed(false)}
                onFocus={() => setPointed(true)}
                onBlur={() => setPointed(false)}
                onKeyDown={listKeys({
                  onSpace: (row) => row.click(),
                  onLeave: () => document.getElementById(BOX_ID)?.focus(),
                })}
              >
                {groupHits(shown.hits).map((hits) => (
                  <Group key={hits[0].contentId} hits={hits} open={route.open} onOpen={open} />
                ))}
              </div>
            )}
          </>
        ) : null}
      </div>
    </div>
  )
}

function Group({
  hits,
  open,
  onOpen,
}: {
  hits: [Hit, ...Hit[]]
  open: Place | undefined
  onOpen: (hit: Hit) => void
}) {
  const [first] = hits
  return (
    <section className="group" aria-label={first.fileName}>
      <header>
        <FileIcon format={first.fileFormat} />
        <a
          className="group-name cut"
          dir="auto"
          href={hashOf({ name: 'document', place: placeOf(first) })}
          title={first.path === '' ? first.fileName : first.path}
        >
          {first.fileName}
        </a>
        <span className="quiet cut" dir="auto">
          {first.partOf !== undefined
            ? t.document.partOf(first.partOf)
            : first.path === ''
              ? ''
              : shortPath(parentPath(first.path))}
        </span>
        <StateBadge state={first.state} />
      </header>
      {hits.map((hit) => (
        <Passage
          key={`${hit.page}.${hit.start}`}
          hit={hit}
          active={isOpen(open, hit)}
          onOpen={() => onOpen(hit)}
        />
      ))}
    </section>
  )
}

function Nothing({ query, pending }: { query: string; pending: number }) {
  return (
    <Empty icon={SearchIcon} title={t.search.none(query)}>
      <p>{pending > 0 ? t.search.noneReading(pending) : t.search.noneHint}</p>
      <a className="button" href={hashOf({ name: 'ask', question: query })}>
        {t.search.askInstead}
      </a>
    </Empty>
  )
}

function placeOf({ contentId, page, start, end }: Hit): Place {
  return { id: contentId, page, start, end, found: true }
}

function isOpen(open: Place | undefined, hit: Hit): boolean {
  return open?.id === hit.contentId && open.page === hit.page && open.start === hit.start
}
