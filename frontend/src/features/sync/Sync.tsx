import { ArrowLeftRight, Plus } from 'lucide-react'
import { useState } from 'react'
import { useWorkspaces } from '@/api/queries'
import { useConflicts, useRemotes, useShareWorkspace } from '@/api/sync'
import type { Remote } from '@/api/types'
import { go, type Route } from '@/navigation/route'
import { t } from '@/text/en'
import { Empty, Failed, Notice, sentence, Skeletons } from '@/ui/States'
import { toast } from '@/ui/toast'
import { AddRemote } from './AddRemote'
import { Conflict } from './Conflict'
import { History } from './History'
import { RemoteSection } from './RemoteSection'
import './sync.css'

type SyncRoute = Extract<Route, { name: 'sync' }>

/** What this device shares with others, how it stands, and what happened. */
export function Sync({ route }: { route: SyncRoute }) {
  return route.conflict ? <Conflict key={route.conflict} id={route.conflict} /> : <Remotes />
}

function Remotes() {
  const { data: remotes, error, isPending, refetch } = useRemotes()
  const [adding, setAdding] = useState(false)
  const add = (
    <button type="button" className="button primary" onClick={() => setAdding(true)}>
      <Plus size={16} aria-hidden />
      {t.sync.add}
    </button>
  )
  return (
    <div className="screen">
      <div className="column sync">
        <header className="screen-head">
          <div>
            <h1>{t.sync.title}</h1>
            <p>{t.sync.intro}</p>
          </div>
          {(remotes ?? []).length > 0 && add}
        </header>
        {error && !remotes ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : isPending ? (
          <Skeletons lines={6} height={20} />
        ) : remotes.length === 0 ? (
          <Empty icon={ArrowLeftRight} title={t.sync.empty}>
            <p>{t.sync.emptyHint}</p>
            {add}
          </Empty>
        ) : (
          <>
            <Conflicts />
            {remotes.map((remote) => (
              <RemoteSection key={remote.id} remote={remote} />
            ))}
            <LocalWorkspaces remotes={remotes} />
            <History remotes={remotes} />
          </>
        )}
        {adding && <AddRemote onClose={() => setAdding(false)} />}
      </div>
    </div>
  )
}

/** Documents that were changed in two places at once. */
function Conflicts() {
  const conflicts = useConflicts().data ?? []
  if (conflicts.length === 0) return null
  return (
    <Notice kind="warn" title={t.sync.conflicts(conflicts.length)}>
      {t.sync.conflictsHint}
      <ul className="sync-lines">
        {conflicts.map(({ contentId, fileName }) => (
          <li key={contentId}>
            <span className="cut" dir="auto" title={fileName}>
              {fileName}
            </span>
            <button
              type="button"
              className="button"
              aria-label={`${t.sync.choose}: ${fileName}`}
              onClick={() => go({ name: 'sync', conflict: contentId })}
            >
              {t.sync.choose}
            </button>
          </li>
        ))}
      </ul>
    </Notice>
  )
}

/** Workspaces that are synchronised with nobody, each one click away from a remote. */
function LocalWorkspaces({ remotes }: { remotes: Remote[] }) {
  const share = useShareWorkspace()
  const shared = new Set(
    remotes.flatMap(({ workspaces }) => workspaces.map(({ workspaceId }) => workspaceId)),
  )
  const local = (useWorkspaces().data ?? []).filter(({ id, role }) => !shared.has(id) && role === 'OWNER')
  if (local.length === 0) return null
  return (
    <section className="sync-local" aria-label={t.sync.local}>
      <h2>{t.sync.local}</h2>
      <p className="quiet">{t.sync.localHint}</p>
      <ul className="sync-lines">
        {local.map(({ id, name, documentCount }) => (
          <li key={id}>
            <span className="cut" dir="auto" title={name}>
              {name}
            </span>
            <span className="quiet tabular">{t.common.documents(documentCount)}</span>
            {remotes.map((remote) => (
              <button
                key={remote.id}
                type="button"
                className="button"
                disabled={share.isPending}
                aria-label={`${t.sync.share(remote.name)}: ${name}`}
                onClick={() =>
                  share.mutate(
                    { remote: remote.id, workspace: id },
                    {
                      onSuccess: () => toast(t.sync.shared(name)),
                      onError: (error) => toast(sentence(error), { kind: 'bad' }),
                    },
                  )
                }
              >
                {t.sync.share(remote.name)}
              </button>
            ))}
          </li>
        ))}
      </ul>
    </section>
  )
}
