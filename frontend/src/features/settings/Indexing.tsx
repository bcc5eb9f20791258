import { useState } from 'react'
import { useChangeIndexing } from '@/api/actions'
import type { Indexing as State, IndexingChange } from '@/api/types'
import { t } from '@/text/en'
import { bytes } from '@/text/format'
import { PaceChoice } from '@/ui/PaceChoice'
import { sentence } from '@/ui/States'
import { toast } from '@/ui/toast'

const GB = 2 ** 30

/** How much of this machine reading may use, and what it leaves free. */
export function Indexing({ indexing }: { indexing: State }) {
  const act = useChangeIndexing()
  const change = (what: IndexingChange) =>
    act.mutate(what, { onError: (error) => toast(sentence(error), { kind: 'bad' }) })
  return (
    <section>
      <h2>{t.indexing.title}</h2>
      <PaceChoice indexing={indexing} />
      <div className="setting">
        <span>{t.indexing.adapt}</span>
        <label className="setting-check">
          <input
            type="checkbox"
            checked={indexing.adapt}
            onChange={(event) => change({ adapt: event.target.checked })}
          />
          <span>{t.indexing.adaptMeans}</span>
        </label>
      </div>
      <div className="setting">
        <label htmlFor="reserve">{t.indexing.reserve}</label>
        <span className="setting-size">
          <Reserve
            key={indexing.reserveBytes}
            held={indexing.reserveBytes}
            onChange={(reserveBytes) => change({ reserveBytes })}
          />
          <span>{t.indexing.reserveUnit}</span>
          {indexing.freeBytes >= 0 && (
            <span className="quiet">{t.indexing.free(bytes(indexing.freeBytes))}</span>
          )}
        </span>
      </div>
    </section>
  )
}

function Reserve({ held, onChange }: { held: number; onChange: (bytes: number) => void }) {
  const shown = String(Math.round((held / GB) * 100) / 100)
  const [text, setText] = useState(shown)
  const save = () => {
    const size = Number(text)
    if (text.trim() === '' || !Number.isFinite(size) || size < 0 || text === shown) {
      setText(shown)
      return
    }
    onChange(Math.round(size * GB))
  }
  return (
    <input
      id="reserve"
      className="field tabular"
      type="number"
      min={0}
      step="any"
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
    />
  )
}
