import { Archive, Ellipsis, Folder as FolderIcon, Pause, Play, RefreshCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useAddFolder, useAnswerDeletion, useFolderDo, useOpenArchives } from '@/api/actions'
import type { Folder } from '@/api/types'
import { t } from '@/text/en'
import { ago, baseName, every, number } from '@/text/format'
import { Menu, MenuItem, MenuLine } from '@/ui/Menu'
import { Notice, sentence } from '@/ui/States'
import { toast } from '@/ui/toast'
import { CoverageReport } from './Coverage'
import { RemoveDialog } from './RemoveDialog'

const kinds: Record<Folder['state'], string> = {
  watching: 'good',
  polling: 'good',
  offline: 'warn',
  paused: '',
  asking: 'warn',
}

function stateOf({ state, pollAfter }: Folder): string {
  return state === 'polling' && pollAfter > 0 ? t.folders.polling(every(pollAfter)) : t.folders.state[state]
}

/** A watched folder: its state in words, its numbers, what stands behind them, and what can be done. */
export function FolderCard({ folder }: { folder: Folder }) {
  const { id, path, state, reason, files, pending, skipped, failed, missed, ignore, openArchives } = folder
  const archives = useOpenArchives()
  const act = useFolderDo()
  const again = useAddFolder()
  const [removing, setRemoving] = useState(false)
  const [open, setOpen] = useState(false)
  const name = baseName(path)
  const run = (what: 'pause' | 'resume' | 'check') =>
    act.mutate({ id, what }, { onError: (error) => toast(sentence(error), { kind: 'bad' }) })
  const checking = act.isPending && act.variables.what === 'check'

  return (
    <article className="card" aria-label={path}>
      <header className="card-head">
        <FolderIcon size={20} strokeWidth={1.6} aria-hidden />
        <div className="card-title">
          <h2 className="cut" dir="auto">
            {name}
          </h2>
          <p className="quiet cut" title={path}>
            {path}
          </p>
        </div>
        <span className={`badge ${kinds[state]}`}>{stateOf(folder)}</span>
        <Menu
          align="end"
          trigger={
            <button type="button" className="icon-button" aria-label={t.folders.more(path)}>
              <Ellipsis size={17} />
            </button>
          }
        >
          <MenuItem onSelect={() => run('check')}>
            <RefreshCw size={15} aria-hidden /> {t.folders.check}
          </MenuItem>
          {state === 'paused' ? (
            <MenuItem onSelect={() => run('resume')}>
              <Play size={15} aria-hidden /> {t.folders.resume}
            </MenuItem>
          ) : (
            <MenuItem onSelect={() => run('pause')}>
              <Pause size={15} aria-hidden /> {t.folders.pause}
            </MenuItem>
          )}
          <MenuItem
            onSelect={() =>
              archives.mutate(
                { id, open: !openArchives },
                { onError: (error) => toast(sentence(error), { kind: 'bad' }) },
              )
            }
          >
            <Archive size={15} aria-hidden />{' '}
            {openArchives ? t.folders.closeArchives : t.folders.openArchives}
          </MenuItem>
          <MenuLine />
          <MenuItem danger onSelect={() => setRemoving(true)}>
            <Trash2 size={15} aria-hidden /> {t.folders.remove}
          </MenuItem>
        </Menu>
      </header>
      {state === 'offline' && <Notice kind="warn" title={t.folders.offline(name, files)} />}
      {state === 'asking' && <BulkDeletion folder={folder} />}
      {reason && state !== 'offline' && state !== 'asking' && <Notice title={reason} />}
      <dl className="numbers tabular">
        <Count label={t.folders.seen} value={Math.max(folder.seen, files + skipped)} />
        <Count label={t.folders.read} value={folder.indexed} />
        {pending > 0 && <Count label={t.folders.waiting} value={pending} busy />}
        <Count label={t.folders.skipped} value={skipped} hint={t.folders.skippedWhy} />
        <Count label={t.folders.failed} value={failed} bad={failed > 0} />
      </dl>
      {pending > 0 && (
        <div className="progress-bar" aria-hidden>
          <span style={{ width: `${(100 * (files - pending)) / Math.max(1, files)}%` }} />
        </div>
      )}
      <footer className="card-foot quiet">
        <span>{checking ? t.folders.checking : t.folders.checked(ago(folder.lastScan))}</span>
        {ignore.length > 0 && (
          <span className="cut">
            {t.folders.ignoring} <code>{ignore.join(' ')}</code>
          </span>
        )}
        {missed > 0 && <span>{t.folders.missed(missed)}</span>}
        <button type="button" className="link" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? t.folders.hideCoverage : t.folders.showCoverage}
        </button>
      </footer>
      {open && <CoverageReport folder={folder} />}
      <RemoveDialog
        folder={folder}
        open={removing}
        onClose={() => setRemoving(false)}
        onUndo={() => again.mutate({ path, workspaceId: folder.workspaceId, consent: true })}
      />
    </article>
  )
}

function Count({
  label,
  value,
  hint,
  bad,
  busy,
}: {
  label: string
  value: number
  hint?: string
  bad?: boolean
  busy?: boolean
}) {
  return (
    <div className={bad ? 'bad' : busy ? 'busy' : ''} title={hint}>
      <dt>{label}</dt>
      <dd>{number(value)}</dd>
    </div>
  )
}

/** Many files vanished at once: nothing is removed before a person has said so. */
function BulkDeletion({ folder }: { folder: Folder }) {
  const answer = useAnswerDeletion()
  const say = (trash: boolean) =>
    answer.mutate({ id: folder.id, trash }, { onError: (error) => toast(sentence(error), { kind: 'bad' }) })
  return (
    <Notice
      kind="warn"
      title={t.folders.askTitle(folder.awaitingDeletion)}
      actions={
        <>
          <button type="button" className="button" onClick={() => say(false)} disabled={answer.isPending}>
            {t.folders.askKeep}
          </button>
          <button
            type="button"
            className="button danger"
            onClick={() => say(true)}
            disabled={answer.isPending}
          >
            {t.folders.askTrash(folder.awaitingDeletion)}
          </button>
        </>
      }
    >
      {t.folders.askBody}
    </Notice>
  )
}
