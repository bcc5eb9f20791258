import { useState } from 'react'
import { useChangeWorkspace, useDeleteWorkspace } from '@/api/actions'
import { useWorkspaces } from '@/api/queries'
import type { Workspace } from '@/api/types'
import { t } from '@/text/en'
import { Dialog } from '@/ui/Dialog'
import { choose, useChoices } from '@/ui/settings'
import { sentence } from '@/ui/States'
import { toast } from '@/ui/toast'

/** Names can be changed; deleting stands behind the name typed out. */
export function Workspaces() {
  const { data: workspaces } = useWorkspaces()
  const [deleting, setDeleting] = useState<Workspace | null>(null)
  return (
    <section>
      <h2>{t.settings.workspaces}</h2>
      <ul className="token-list">
        {workspaces?.map((workspace) => (
          <li key={workspace.id}>
            <Name key={workspace.name} workspace={workspace} />
            <span className="quiet tabular">
              {t.common.documents(workspace.documentCount)}
              {workspace.isDefault && ` · ${t.settings.default}`}
            </span>
            <button type="button" className="button plain danger" onClick={() => setDeleting(workspace)}>
              {t.settings.deleteWorkspace}
            </button>
          </li>
        ))}
      </ul>
      {deleting && <Delete workspace={deleting} onClose={() => setDeleting(null)} />}
    </section>
  )
}

function Name({ workspace }: { workspace: Workspace }) {
  const change = useChangeWorkspace()
  const [name, setName] = useState(workspace.name)
  const save = () => {
    const next = name.trim()
    if (next === '' || next === workspace.name) {
      setName(workspace.name)
      return
    }
    change.mutate(
      { id: workspace.id, change: { name: next } },
      { onError: (error) => toast(sentence(error), { kind: 'bad' }) },
    )
  }
  return (
    <input
      className="field name"
      aria-label={t.settings.rename}
      value={name}
      maxLength={255}
      onChange={(event) => setName(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
    />
  )
}

function Delete({ workspace, onClose }: { workspace: Workspace; onClose: () => void }) {
  const remove = useDeleteWorkspace()
  const chosen = useChoices().workspace
  const [typed, setTyped] = useState('')
  return (
    <Dialog
      open
      onClose={onClose}
      title={t.settings.deleteTitle(workspace.name)}
      description={t.settings.deleteBody(workspace.documentCount)}
    >
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          remove.mutate(workspace.id, {
            onSuccess: () => {
              if (chosen === workspace.id) choose({ workspace: '' })
              onClose()
            },
            onError: (error) => toast(sentence(error), { kind: 'bad' }),
          })
        }}
      >
        <label>
          {t.settings.deleteType(workspace.name)}
          <input className="field" value={typed} onChange={(event) => setTyped(event.target.value)} />
        </label>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {t.common.cancel}
          </button>
          <button
            type="submit"
            className="button danger solid"
            disabled={typed !== workspace.name || remove.isPending}
          >
            {t.settings.deleteAction}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
