import type { CitedContent } from '@/api/types'
import type { Place } from '@/navigation/route'
import { t } from '@/text/en'
import { date } from '@/text/format'
import { FileIcon } from '@/ui/FileIcon'
import { listKeys } from '@/ui/listKeys'
import { StateBadge } from '@/ui/StateBadge'
import { isOpen, placeOf } from './Chip'

/** The documents under an answer, one card a citation, in the order of their numbers. */
export function Sources({
  cited,
  open,
  onOpen,
}: {
  cited: CitedContent[]
  open: Place | undefined
  onOpen: (place: Place) => void
}) {
  if (cited.length === 0) return null
  return (
    <section className="sources" aria-labelledby="sources">
      <h2 id="sources">{t.ask.sources}</h2>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the cards inside */}
      <ol onKeyDown={listKeys({ onSpace: (row) => row.click() })}>
        {cited.map((source) => (
          <li key={source.citation.number}>
            <button
              type="button"
              className="source"
              data-row
              aria-current={isOpen(source, open) ? 'true' : undefined}
              onClick={() => onOpen(placeOf(source))}
            >
              <span className="source-number tabular" aria-hidden>
                {source.citation.number + 1}
              </span>
              <span className="source-name">
                <FileIcon format={source.fileFormat} size={15} />
                <span className="cut" dir="auto">
                  {source.title ?? source.fileName}
                </span>
              </span>
              <span className="source-foot quiet tabular">
                <span>{t.common.page(source.citation.page)}</span>
                <span>{date(source.updatedAt)}</span>
                <StateBadge state={source.state} />
              </span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  )
}
