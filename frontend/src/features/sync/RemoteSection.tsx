import { Ellipsis, Gauge, KeyRound, Pause, Play, RefreshCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useRemoteDo, useRemoveRemote } from '@/api/sync'
import type { Remote } from '@/api/types'
import { t } from '@/text/en'
import { isNever, until } from '@/text/format'
import { kinds, remoteSentence } from '@/text/syncState'
import { Dialog } from '@/ui/Dialog'
import { Menu, MenuItem, MenuLine } from '@/ui/Menu'
import { Notice, sentence } from '@/ui/States'
import { toast } from '@/ui/toast'
import { LimitDialog } from './LimitDialog'
import { TokenDialog } from './TokenDialog'
import { WorkspaceCard } from './WorkspaceCard'

type Asking = 'token' | 'limit' | 'remove' | undefined

/** A remote with its workspaces: a plain sentence, and what can be done. */
export function RemoteSection({ remote }: { remote: Remote }) {
  const { name, state, url, email, paused } = remote
  const act = useRemoteDo()
  const [asking, setAsking] = useState<Asking>()
  const run = (what: 'pause' | 'resume' | 'sync') =>
    act.mutate({ id: remote.id, what }, { onError: (error) => toast(sentence(error), { kind: 'bad' }) })
  const busy = act.isPending && act.variables.what === 'sync'
  const close = () => setAsking(undefined)
  return (
    <section className="remote" aria-label={name}>
      <header className="remote-head">
        <div className="card-title">
          <h2 className="cut" title={url}>
            {name}
          </h2>
          <p className="quiet cut">
            {url.replace(/^https?:\/\//, '')} · {t.sync.as(email)}
          </p>
        </div>
        <span className={`badge ${kinds[state]}`}>{busy ? t.sync.nowBusy : t.sync.states[state]}</span>
        <Menu
          align="end"
          trigger={
            <button type="button" className="icon-button" aria-label={t.sync.more(name)}>
              <Ellipsis size={17} />
            </button>
          }
        >
          <MenuItem onSelect={() => run('sync')} disabled={paused}>
            <RefreshCw size={15} aria-hidden /> {t.sync.now}
          </MenuItem>
          {paused ? (
            <MenuItem onSelect={() => run('resume')}>
              <Play size={15} aria-hidden /> {t.sync.resume}
            </MenuItem>
          ) : (
            <MenuItem onSelect={() => run('pause')}>
              <Pause size={15} aria-hidden /> {t.sync.pause}
            </MenuItem>
          )}
          <MenuItem onSelect={() => setAsking('limit')}>
            <Gauge size={15} aria-hidden /> {t.sync.limit}
          </MenuItem>
          <MenuItem onSelect={() => setAsking('token')}>
            <KeyRound size={15} aria-hidden /> {t.sync.token}
          </MenuItem>
          <MenuLine />
          <MenuItem danger onSelect={() => setAsking('remove')}>
            <Trash2 size={15} aria-hidden /> {t.sync.remove}
          </MenuItem>
        </Menu>
      </header>
      <Standing
        remote={remote}
        onToken={() => setAsking('token')}
        onResume={() => run('resume')}
        onNow={() => run('sync')}
      />
      <ul className="cards">
        {remote.workspaces.map((w) => (
          <li key={w.workspaceId}>
            <WorkspaceCard remote={remote} workspace={w} />
          </li>
        ))}
      </ul>
      {asking === 'token' && <TokenDialog remote={remote} onClose={close} />}
      {asking === 'limit' && <LimitDialog remote={remote} onClose={close} />}
      {asking === 'remove' && <RemoveDialog remote={remote} onClose={close} />}
    </section>
  )
}

/** The remote in a sentence: quiet while all is well, a notice with a way out when it is not. */
function Standing({
  remote,
  onToken,
  onResume,
  onNow,
}: {
  remote: Remote
  onToken: () => void
  onResume: () => void
  onNow: () => void
}) {
  const text = remoteSentence(remote)
  switch (remote.state) {
    case 'denied':
      return (
        <Notice
          kind="bad"
          title={text}
          actions={
            <button type="button" className="button primary" onClick={onToken}>
              {t.sync.token}
            </button>
          }
        />
      )
    case 'offline':
      return (
        <Notice
          kind="warn"
          title={text}
          actions={
            <button type="button" className="button" onClick={onNow}>
              {t.common.retry}
            </button>
          }
        >
          {isNever(remote.retryAt) ? undefined : t.sync.retryAt(until(remote.retryAt ?? ''))}
        </Notice>
      )
    case 'paused':
      return (
        <Notice
          title={text}
          actions={
            <button type="button" className="button" onClick={onResume}>
              {t.sync.resume}
            </button>
          }
        />
      )
    case 'incompatible':
    case 'restored':
    case 'revoked':
      return <Notice kind="warn" title={text} />
    default:
      return <p className="remote-sentence">{text}</p>
  }
}

function RemoveDialog({ remote, onClose }: { remote: Remote; onClose: () => void }) {
  const remove = useRemoveRemote()
  return (
    <Dialog open onClose={onClose} title={t.sync.removeTitle(remote.name)} description={t.sync.removeBody}>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          {t.common.cancel}
        </button>
        <button
          type="button"
          className="button danger"
          disabled={remove.isPending}
          onClick={() =>
            remove.mutate(remote.id, {
              onSuccess: () => toast(t.sync.removed(remote.name)),
              onError: (error) => toast(sentence(error), { kind: 'bad' }),
              onSettled: onClose,
            })
          }
        >
          {t.sync.removeAction}
        </button>
      </div>
    </Dialog>
  )
}
