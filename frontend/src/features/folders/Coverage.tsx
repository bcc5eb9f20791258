import { RotateCw } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useRetry, type Retry } from '@/api/actions'
import { useCoverage, useMissed } from '@/api/queries'
import type { Coverage, Folder } from '@/api/types'
import { t } from '@/text/en'
import { ago, number } from '@/text/format'
import { Failed, sentence, Skeletons } from '@/ui/States'
import { toast } from '@/ui/toast'
import { FileList, More, STEP } from './FileList'
import './coverage.css'

type View = keyof typeof t.coverage.views

/** What became of everything in a folder: how much of it, and the names with their reasons. */
export function CoverageReport({ folder }: { folder: Folder }) {
  const { data: coverage, error, refetch } = useCoverage(folder.id)
  const [chosen, choose] = useState<View>()
  if (!coverage)
    return error ? <Failed error={error} retry={() => void refetch()} /> : <Skeletons lines={4} />
  const views = (Object.keys(t.coverage.views) as View[]).filter((view) => coverage[view] > 0)
  const view = chosen !== undefined && views.includes(chosen) ? chosen : views[0]
  return (
    <section className="coverage" aria-label={t.coverage.label(folder.path)}>
      {view === undefined ? (
        <p className="quiet">{t.coverage.none}</p>
      ) : (
        <>
          <div className="coverage-views" role="group" aria-label={t.coverage.label(folder.path)}>
            {views.map((each) => (
              <button key={each} type="button" aria-pressed={each === view} onClick={() => choose(each)}>
                {t.coverage.views[each]} <span className="tabular">{number(coverage[each])}</span>
              </button>
            ))}
          </div>
          <Shown key={view} view={view} coverage={coverage} />
        </>
      )}
    </section>
  )
}

function Shown({ view, coverage }: { view: View; coverage: Coverage }) {
  const folder = coverage.folderId
  switch (view) {
    case 'failed':
      return (
        <ul className="coverage-groups">
          {coverage.failedBy.map(({ reason, documents, passing }) => (
            <Group
              key={reason}
              title={reason}
              count={documents}
              note={passing > 0 ? t.coverage.passing : ''}
              action={<Again which={{ folder, reason }} />}
            >
              <FileList filter={{ folder, state: 'failed', reason }} />
            </Group>
          ))}
        </ul>
      )
    case 'skipped':
      return (
        <ul className="coverage-groups">
          {coverage.skippedBy.map(({ skip, reason, names }) => (
            <Group key={`${skip} ${reason}`} title={t.coverage.skip[skip]} count={names} note={reason}>
              <FileList filter={{ folder, state: 'skipped', skip, reason }} />
            </Group>
          ))}
        </ul>
      )
    case 'missed':
      return <Missed folder={folder} />
    default:
      return (
        <>
          {view === 'excluded' && <p className="quiet">{t.coverage.excludedHint}</p>}
          <FileList filter={{ folder, state: view }} />
        </>
      )
  }
}

/** One reason with how many it holds for; its names show when it is opened. */
function Group({
  title,
  count,
  note,
  action,
  children,
}: {
  title: string
  count: number
  note: string
  action?: ReactNode
  children: ReactNode
}) {
  const [open, setOpen] = useState(false)
  return (
    <li>
      <div className="coverage-group">
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          <span className="tabular">{number(count)}</span>
          <span>
            {title}
            {note !== '' && <span className="quiet"> · {note}</span>}
          </span>
        </button>
        {action}
      </div>
      {open && children}
    </li>
  )
}

function Again({ which }: { which: Retry }) {
  const retry = useRetry()
  return (
    <button
      type="button"
      className="button plain"
      disabled={retry.isPending}
      onClick={() =>
        retry.mutate(which, {
          onSuccess: () => toast(t.activity.retried),
          onError: (error) => toast(sentence(error), { kind: 'bad' }),
        })
      }
    >
      <RotateCw size={14} aria-hidden /> {t.activity.retry}
    </button>
  )
}

function Missed({ folder }: { folder: string }) {
  const [limit, setLimit] = useState(STEP)
  const { data } = useMissed(folder, limit)
  if (!data) return <Skeletons lines={3} />
  return (
    <>
      <p className="quiet">{t.coverage.missedHint}</p>
      <ul className="coverage-files">
        {data.missedEvents.map(({ path, change, foundAt }, i) => (
          <li key={i}>
            <span className="cut" dir="auto" title={path}>
              {path}
            </span>
            <span className="quiet">
              {t.coverage.change[change] ?? change}, {ago(foundAt)}
            </span>
          </li>
        ))}
      </ul>
      <More shown={data.missedEvents.length} total={data.total} onMore={() => setLimit(limit + STEP)} />
    </>
  )
}
