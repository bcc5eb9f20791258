import { ArrowUp, Folder } from 'lucide-react'
import { useState } from 'react'
import { useBrowse } from '@/api/queries'
import { t } from '@/text/en'
import { baseName } from '@/text/format'
import { Dialog } from '@/ui/Dialog'
import { IconButton } from '@/ui/IconButton'
import { listKeys } from '@/ui/listKeys'
import { Failed, Skeletons } from '@/ui/States'
import './choosing.css'

interface Props {
  open: boolean
  onClose: () => void
  onChoose: (path: string) => void
}

/** The folders of the machine that Sheaf runs on, one level at a time. */
export function BrowseDialog({ open, onClose, onChoose }: Props) {
  const [at, setAt] = useState('')
  const [typed, setTyped] = useState<string | null>(null)
  const { data, error, isPending, refetch } = useBrowse(at, open)
  const entries = data?.entries ?? []

  function enter(path: string) {
    setTyped(null)
    setAt(path)
  }

  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t.browse.title}
      description={t.browse.description}
      className="browse"
    >
      <form
        className="browse-path"
        onSubmit={(event) => {
          event.preventDefault()
          enter(typed ?? at)
        }}
      >
        <IconButton
          label={t.browse.up}
          disabled={!data?.parent || data.parent === data.path}
          onClick={() => enter(data?.parent ?? '')}
        >
          <ArrowUp size={16} />
        </IconButton>
        <input
          className="field"
          aria-label={t.browse.path}
          value={typed ?? data?.path ?? ''}
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
        {typed !== null && (
          <button type="submit" className="button">
            {t.browse.go}
          </button>
        )}
      </form>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the buttons inside
        <ul className="browse-list" aria-label={t.browse.filter} onKeyDown={listKeys()}>
          {isPending && <Skeletons lines={6} />}
          {data && entries.length === 0 && <li className="browse-none quiet">{t.browse.none}</li>}
          {entries.map(({ name, path }) => (
            <li key={path}>
              <button type="button" className="browse-entry" data-row onClick={() => enter(path)}>
                <Folder size={16} strokeWidth={1.6} aria-hidden />
                <span className="cut">{name}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          {t.common.cancel}
        </button>
        <button
          type="button"
          className="button primary browse-choose"
          disabled={!data || error !== null}
          onClick={() => data && onChoose(data.path)}
        >
          <span className="cut">{t.browse.choose(data ? baseName(data.path) || data.path : '')}</span>
        </button>
      </div>
    </Dialog>
  )
}
