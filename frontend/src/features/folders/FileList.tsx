import { useState } from 'react'
import { useFiles, type FilesFilter } from '@/api/queries'
import { hashOf } from '@/navigation/route'
import { t } from '@/text/en'
import { ago, bytes } from '@/text/format'
import { Failed, Skeletons } from '@/ui/States'

/** How many names are shown to begin with, and how many more at a time. */
export const STEP = 50
const MOST = 1000

/** The names of a folder in one state. */
export function FileList({ filter }: { filter: FilesFilter }) {
  const [limit, setLimit] = useState(STEP)
  const { data, error, refetch } = useFiles(filter, limit)
  if (!data) return error ? <Failed error={error} retry={() => void refetch()} /> : <Skeletons lines={3} />
  if (data.files.length === 0) return <p className="quiet">{t.coverage.none}</p>
  return (
    <>
      <ul className="coverage-files">
        {data.files.map(({ path, contentId, size, modified, retryAt }) => (
          <li key={path}>
            {contentId ? (
              <a
                className="cut"
                dir="auto"
                title={path}
                href={hashOf({ name: 'document', place: { id: contentId, page: 1 } })}
              >
                {path}
              </a>
            ) : (
              <span className="cut" dir="auto" title={path}>
                {path}
              </span>
            )}
            <span className="quiet tabular">
              {retryAt ? t.coverage.retryAt(soon(retryAt)) : modified && `${bytes(size)}, ${ago(modified)}`}
            </span>
          </li>
        ))}
      </ul>
      <More shown={data.files.length} total={data.total} onMore={() => setLimit(limit + STEP)} />
    </>
  )
}

export function More({ shown, total, onMore }: { shown: number; total: number; onMore: () => void }) {
  if (shown >= Math.min(total, MOST)) return null
  return (
    <button type="button" className="link coverage-more" onClick={onMore}>
      {t.coverage.more(Math.min(STEP, total - shown))}
    </button>
  )
}

/** "in 4 min": when something that lies ahead comes. */
function soon(iso: string): string {
  const minutes = Math.ceil((Date.parse(iso) - Date.now()) / 60_000)
  if (minutes <= 1) return 'in a minute'
  return minutes < 90 ? `in ${minutes} min` : `in ${Math.round(minutes / 60)} h`
}
