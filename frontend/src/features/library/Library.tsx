import { ArrowDown, ArrowUp, Library as LibraryIcon, Search } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useFolders, type ContentsFilter } from '@/api/queries'
import { useChooseFolder } from '@/choosing/ChooseFolder'
import { t } from '@/text/en'
import { baseName } from '@/text/format'
import { Empty, Failed, Skeletons } from '@/ui/States'
import { Table } from './Table'
import { useRows } from './rows'
import './library.css'

type Column = 'name' | 'updatedAt' | 'size'

/** Every document in one table, sorted and filtered by the server, drawn only where it is looked at. */
export function Library() {
  const [name, setName] = useState('')
  const [status, setStatus] = useState('')
  const [folder, setFolder] = useState('')
  const [sort, setSort] = useState('-updatedAt')
  const folders = useFolders().data ?? []
  const { choose } = useChooseFolder()
  const filter: ContentsFilter = { name: useRested(name), status, folder, sort }
  const filtered = filter.name !== '' || status !== '' || folder !== ''
  const rows = useRows(filter)
  const clear = () => {
    setName('')
    setStatus('')
    setFolder('')
  }

  return (
    <div className="library">
      <header className="library-head">
        <h1>{t.library.title}</h1>
        <span className="quiet tabular" role="status">
          {rows.total !== undefined && t.library.count(rows.total)}
        </span>
        <span className="library-gap" />
        <label className="library-filter">
          <Search size={14} aria-hidden />
          <input
            data-filter
            className="field"
            aria-label={t.library.filter}
            placeholder={t.library.filter}
            value={name}
            onChange={(event) => setName(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') clear()
              else if (event.key === 'ArrowDown') document.getElementById('rows')?.focus()
            }}
          />
        </label>
        <select
          className="field"
          aria-label={t.library.folder}
          value={folder}
          onChange={(e) => setFolder(e.target.value)}
        >
          <option value="">{t.library.anyFolder}</option>
          {folders.map(({ id, path }) => (
            <option key={id} value={id}>
              {baseName(path)}
            </option>
          ))}
        </select>
        <select
          className="field"
          aria-label={t.library.state}
          value={status}
          onChange={(e) => setStatus(e.target.value)}
        >
          <option value="">{t.library.anyState}</option>
          {(['processed', 'uploaded', 'processing', 'failed'] as const).map((each) => (
            <option key={each} value={each}>
              {t.status_[each]}
            </option>
          ))}
        </select>
      </header>
      {rows.error && rows.total === undefined ? (
        <div className="column">
          <Failed error={rows.error} retry={rows.retry} />
        </div>
      ) : rows.total === undefined ? (
        <div className="column">
          <Skeletons lines={12} height={18} />
        </div>
      ) : rows.total === 0 ? (
        <Empty icon={LibraryIcon} title={filtered ? t.library.noMatch : t.library.empty}>
          {!filtered && <p>{t.library.emptyHint}</p>}
          <button
            type="button"
            className={filtered ? 'button' : 'button primary'}
            onClick={filtered ? clear : choose}
          >
            {filtered ? t.library.clear : t.folders.add}
          </button>
        </Empty>
      ) : (
        <Table
          rows={rows}
          total={rows.total}
          header={{
            name: <SortButton column="name" label={t.library.name} sort={sort} onSort={setSort} />,
            date: <SortButton column="updatedAt" label={t.library.date} sort={sort} onSort={setSort} />,
            size: <SortButton column="size" label={t.library.size} sort={sort} onSort={setSort} />,
          }}
          sorted={sorted(sort)}
        />
      )}
    </div>
  )
}

function sorted(sort: string): { column: string; direction: 'ascending' | 'descending' } {
  return { column: sort.replace('-', ''), direction: sort.startsWith('-') ? 'descending' : 'ascending' }
}

function SortButton({
  column,
  label,
  sort,
  onSort,
}: {
  column: Column
  label: string
  sort: string
  onSort: (sort: string) => void
}) {
  const up = sort === column
  const down = sort === `-${column}`
  const first = column === 'name' ? column : `-${column}`
  const next = up ? `-${column}` : down ? column : first
  return (
    <button type="button" className="sort" onClick={() => onSort(next)}>
      {label}
      {up && <ArrowUp size={12} aria-hidden />}
      {down && <ArrowDown size={12} aria-hidden />}
    </button>
  )
}

/** The value once typing has rested. */
function useRested(value: string): string {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value.trim()), 120)
    return () => clearTimeout(timer)
  }, [value])
  return rested
}
