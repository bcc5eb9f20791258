import { HoverCard } from 'radix-ui'
import type { CitedContent } from '@/api/types'
import type { Place } from '@/navigation/route'
import { t } from '@/text/en'
import { FileIcon } from '@/ui/FileIcon'
import { StateBadge } from '@/ui/StateBadge'

export function placeOf({ contentId, citation }: CitedContent): Place {
  return { id: contentId, page: citation.page, start: citation.start, end: citation.end }
}

export function isOpen(source: CitedContent, open: Place | undefined): boolean {
  const { id, page, start } = placeOf(source)
  return open?.id === id && open.page === page && open.start === start
}

/** A small raised number: pointing shows the quote, clicking opens its page beside the answer. */
export function Chip({
  source,
  open,
  onOpen,
}: {
  source: CitedContent
  open: Place | undefined
  onOpen: (place: Place) => void
}) {
  const { citation, fileName, fileFormat, state } = source
  const n = citation.number + 1
  return (
    <HoverCard.Root openDelay={120} closeDelay={80}>
      <HoverCard.Trigger asChild>
        <button
          type="button"
          className="chip tabular"
          aria-label={t.ask.cite(n, fileName, citation.page)}
          aria-pressed={isOpen(source, open)}
          onClick={() => onOpen(placeOf(source))}
        >
          {n}
        </button>
      </HoverCard.Trigger>
      <HoverCard.Portal>
        <HoverCard.Content className="hover-card quote-card" side="top" sideOffset={6} collisionPadding={16}>
          <blockquote className="reading" dir="auto">
            {citation.quote}
          </blockquote>
          <footer>
            <FileIcon format={fileFormat} />
            <span className="cut" dir="auto">
              {fileName}
            </span>
            <span className="quiet tabular">{t.common.page(citation.page)}</span>
            <StateBadge state={state} />
          </footer>
        </HoverCard.Content>
      </HoverCard.Portal>
    </HoverCard.Root>
  )
}
