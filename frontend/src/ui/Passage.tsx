import type { Hit } from '@/api/types'
import { t } from '@/text/en'
import { Marked } from './Marked'
import { StateBadge } from './StateBadge'
import './passage.css'

/** One found passage as a row that opens its place. */
export function Passage({
  hit,
  active,
  withName,
  onOpen,
}: {
  hit: Hit
  active: boolean
  withName?: boolean
  onOpen: () => void
}) {
  return (
    <button
      type="button"
      className="passage"
      data-row
      aria-current={active ? 'true' : undefined}
      onClick={onOpen}
      dir="auto"
    >
      {withName && <span className="passage-name">{hit.fileName}</span>}
      <span className="passage-text">
        <Marked text={hit.snippet} marks={hit.marks} />
      </span>
      <span className="passage-foot quiet">
        <span className="tabular">{t.common.page(hit.page)}</span>
        {hit.context !== '' && (
          <span className="cut" dir="auto">
            {hit.context}
          </span>
        )}
        {withName && <StateBadge state={hit.state} />}
      </span>
    </button>
  )
}
