import { ChevronDown, ChevronUp, Search } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { t } from '@/text/en'
import { IconButton } from '@/ui/IconButton'

interface Props {
  sought: string
  onSeek: (text: string) => void
  at: number
  of: number
  onStep: (step: 1 | -1) => void
  page: number
  pages: number
  onPage: (page: number) => void
  children?: ReactNode
}

/** Finding in the document, and where one is in it. */
export function FindBar({ sought, onSeek, at, of, onStep, page, pages, onPage, children }: Props) {
  return (
    <div className="find-bar">
      <label className="find">
        <Search size={14} aria-hidden />
        <input
          data-filter
          aria-label={t.document.find}
          placeholder={t.document.find}
          value={sought}
          onChange={(event) => onSeek(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1)
            else if (event.key === 'Escape') {
              onSeek('')
              event.currentTarget.blur()
            }
          }}
        />
      </label>
      {sought !== '' && (
        <>
          <span className="quiet tabular" role="status">
            {of === 0 ? t.document.findNone : t.document.findCount(at, of)}
          </span>
          <IconButton label={t.document.findPrevious} disabled={of === 0} onClick={() => onStep(-1)}>
            <ChevronUp size={16} />
          </IconButton>
          <IconButton label={t.document.findNext} disabled={of === 0} onClick={() => onStep(1)}>
            <ChevronDown size={16} />
          </IconButton>
        </>
      )}
      <span className="find-gap" />
      {children}
      {pages > 1 && <PageNumber page={page} pages={pages} onPage={onPage} />}
    </div>
  )
}

function PageNumber({ page, pages, onPage }: Pick<Props, 'page' | 'pages' | 'onPage'>) {
  const [typed, setTyped] = useState<string | null>(null)
  return (
    <form
      className="page-number tabular"
      onSubmit={(event) => {
        event.preventDefault()
        const wanted = Number(typed)
        if (Number.isInteger(wanted) && wanted >= 1 && wanted <= pages) onPage(wanted)
        setTyped(null)
      }}
    >
      <input
        className="field"
        inputMode="numeric"
        aria-label={t.document.goTo}
        value={typed ?? String(page)}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => setTyped(null)}
      />
      <span className="quiet">/ {pages}</span>
    </form>
  )
}
