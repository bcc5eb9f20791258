import { ArrowDown, ArrowUp, Copy, Ellipsis, FolderSync, Layers, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useAnswerQuestion, useChooseWorkspace } from '@/api/sync'
import type { Remote, SyncMode, SyncQuestion, WorkspaceSync } from '@/api/types'
import { t } from '@/text/en'
import { ago, bytes, duration, number } from '@/text/format'
import { kinds, workspaceSentence } from '@/text/syncState'
import { BrowseDialog } from '@/choosing/BrowseDialog'
import { Dialog } from '@/ui/Dialog'
import { IconButton } from '@/ui/IconButton'
import { Menu, MenuItem, MenuLine } from '@/ui/Menu'
import { copy, Notice, sentence } from '@/ui/States'
import { toast } from '@/ui/toast'
import { SetAsideList } from './SetAsideList'

interface Props {
  remote: Remote
  workspace: WorkspaceSync
}

const modes = Object.keys(t.sync.modes) as SyncMode[]

/** A workspace of a remote: its sentence, what has to travel, and the last time that both sides agreed. */
export function WorkspaceCard({ remote, workspace: w }: Props) {
  const choose = useChooseWorkspace()
  const [asking, setAsking] = useState<'mirror' | 'drop'>()
  const set = (choice: { kept?: boolean; mode?: SyncMode; mirror?: string }) =>
    choose.mutate(
      { remote: remote.id, workspace: w.workspaceId, ...choice },
      { onError: (error) => toast(sentence(error), { kind: 'bad' }) },
    )
  if (!w.kept) {
    return (
      <article className="card sync-away" aria-label={w.name}>
        <span className="cut" dir="auto">
          {w.name}
        </span>
        <span className="quiet">{t.sync.notKept}</span>
        <button
          type="button"
          className="button"
          disabled={choose.isPending}
          onClick={() => set({ kept: true })}
        >
          {t.sync.keep}
        </button>
      </article>
    )
  }
  return (
    <article className="card" aria-label={w.name}>
      <header className="card-head">
        <Layers size={20} strokeWidth={1.6} aria-hidden />
        <div className="card-title">
          <h3 className="cut" dir="auto" title={w.name}>
            {w.name}
          </h3>
          <p className="quiet">{workspaceSentence(w)}</p>
        </div>
        <span className={`badge ${kinds[w.state]}`}>{t.sync.states[w.state]}</span>
        <Menu
          align="end"
          trigger={
            <button type="button" className="icon-button" aria-label={t.sync.more(w.name)}>
              <Ellipsis size={17} />
            </button>
          }
        >
          {modes.map((mode) => (
            <MenuItem key={mode} checked={mode === w.mode} onSelect={() => set({ mode })}>
              <span title={t.sync.modeHints[mode]}>{t.sync.modes[mode]}</span>
            </MenuItem>
          ))}
          <MenuLine />
          {w.mirror ? (
            <MenuItem onSelect={() => set({ mirror: '' })}>
              <FolderSync size={15} aria-hidden /> {t.sync.mirrorStop}
            </MenuItem>
          ) : (
            <MenuItem onSelect={() => setAsking('mirror')}>
              <FolderSync size={15} aria-hidden /> {t.sync.mirror}
            </MenuItem>
          )}
          <MenuLine />
          <MenuItem danger onSelect={() => setAsking('drop')}>
            <Trash2 size={15} aria-hidden /> {t.sync.drop}
          </MenuItem>
        </Menu>
      </header>
      {w.questions.map((question) => (
        <Question key={question.id} remote={remote.id} question={question} />
      ))}
      <dl className="numbers tabular">
        <Amount icon={<ArrowUp size={15} aria-hidden />} label={t.sync.toSend} {...w.out} />
        <Amount icon={<ArrowDown size={15} aria-hidden />} label={t.sync.toReceive} {...w.in} />
        {w.secondsLeft !== null && (
          <div>
            <dt>{t.sync.left}</dt>
            <dd>{duration(w.secondsLeft)}</dd>
          </div>
        )}
      </dl>
      {w.setAside.length > 0 && <SetAsideList remote={remote.id} items={w.setAside} />}
      <footer className="card-foot quiet">
        <span>
          {t.sync.agreed} {w.agreement ? ago(w.agreement.at) : t.sync.never}
        </span>
        {w.agreement && (
          <span className="sync-digest">
            <code title={w.agreement.digest}>{t.sync.digest(w.agreement.digest.slice(0, 12))}</code>
            <IconButton label={t.sync.copyDigest} onClick={() => void copy(w.agreement?.digest ?? '')}>
              <Copy size={12} />
            </IconButton>
          </span>
        )}
        <span className="sync-mode">
          {t.sync.modes[w.mode]} · {t.sync.role(w.role)}
        </span>
        {w.mirror && (
          <span className="cut" title={w.mirror}>
            {t.sync.mirrored} <code>{w.mirror}</code>
          </span>
        )}
      </footer>
      {asking === 'mirror' && (
        <BrowseDialog
          open
          onClose={() => setAsking(undefined)}
          onChoose={(mirror) => {
            set({ mirror })
            setAsking(undefined)
          }}
        />
      )}
      {asking === 'drop' && (
        <Dialog
          open
          onClose={() => setAsking(undefined)}
          title={t.sync.dropTitle(w.name)}
          description={t.sync.dropBody}
        >
          <div className="dialog-actions">
            <button type="button" className="button" onClick={() => setAsking(undefined)}>
              {t.common.cancel}
            </button>
            <button
              type="button"
              className="button danger"
              onClick={() => {
                set({ kept: false })
                setAsking(undefined)
              }}
            >
              {t.sync.dropAction}
            </button>
          </div>
        </Dialog>
      )}
    </article>
  )
}

function Amount({
  icon,
  label,
  items,
  bytes: size,
}: {
  icon: React.ReactNode
  label: string
  items: number
  bytes: number
}) {
  return (
    <div className={items > 0 ? 'busy' : ''}>
      <dt>
        {icon} {label}
      </dt>
      <dd>
        {items === 0 ? <span className="quiet">{t.sync.nothing}</span> : number(items)}
        {size > 0 && <small> {bytes(size)}</small>}
      </dd>
    </div>
  )
}

/** Many deletions at once: nothing goes before a person has said so. */
function Question({ remote, question }: { remote: string; question: SyncQuestion }) {
  const answer = useAnswerQuestion()
  const { id, kind, count, of, names } = question
  const incoming = kind === 'deletionsIn'
  const say = (yes: boolean) =>
    answer.mutate(
      { remote, question: id, yes },
      { onError: (error) => toast(sentence(error), { kind: 'bad' }) },
    )
  return (
    <Notice
      kind="warn"
      title={t.sync.question[kind](count, of)}
      actions={
        <>
          <button type="button" className="button" onClick={() => say(false)} disabled={answer.isPending}>
            {t.sync.question.no}
          </button>
          <button
            type="button"
            className="button danger"
            onClick={() => say(true)}
            disabled={answer.isPending}
          >
            {incoming ? t.sync.question.yesIn(count) : t.sync.question.yesOut(count)}
          </button>
        </>
      }
    >
      {incoming ? t.sync.question.bodyIn : t.sync.question.bodyOut}{' '}
      {names.length > 0 && t.sync.question.such(names.slice(0, 5).join(', '))}
    </Notice>
  )
}
