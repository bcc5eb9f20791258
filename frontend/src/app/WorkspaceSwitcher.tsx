import { ChevronsUpDown, Plus } from 'lucide-react'
import { useState } from 'react'
import { useCreateWorkspace } from '@/api/actions'
import { useStatus, useWorkspaces } from '@/api/queries'
import type { WorkspaceSync } from '@/api/types'
import { t } from '@/text/en'
import { kinds, syncOf } from '@/text/syncState'
import { Dialog } from '@/ui/Dialog'
import { Menu, MenuItem, MenuLine } from '@/ui/Menu'
import { choose, useChoices } from '@/ui/settings'
import { sentence } from '@/ui/States'

export function WorkspaceSwitcher({ wide }: { wide: boolean }) {
  const { workspace } = useChoices()
  const list = useWorkspaces().data ?? []
  const remotes = useStatus().data?.sync ?? []
  const [creating, setCreating] = useState(false)
  const chosen = list.find(({ id }) => id === workspace)
  const name = chosen?.name ?? t.workspace.all
  return (
    <>
      <Menu
        side="right"
        trigger={
          <button
            type="button"
            className="rail-item rail-workspace"
            aria-label={`${t.workspace.switch}: ${name}`}
          >
            <Monogram name={chosen?.name} color={chosen?.color} />
            {wide && (
              <>
                <span className="cut">{name}</span>
                <ChevronsUpDown size={14} aria-hidden />
              </>
            )}
          </button>
        }
      >
        <MenuItem checked={!chosen} onSelect={() => choose({ workspace: '' })}>
          <Monogram /> {t.workspace.all}
        </MenuItem>
        {list.map(({ id, name, color, documentCount }) => (
          <MenuItem key={id} checked={id === workspace} onSelect={() => choose({ workspace: id })}>
            <Monogram name={name} color={color} />
            <span className="cut">{name}</span>
            <SyncBadge sync={syncOf(remotes, id)} />
            <span className="quiet tabular">{documentCount}</span>
          </MenuItem>
        ))}
        <MenuLine />
        <MenuItem onSelect={() => setCreating(true)}>
          <Plus size={16} aria-hidden /> {t.workspace.create}
        </MenuItem>
      </Menu>
      <Create open={creating} onClose={() => setCreating(false)} />
    </>
  )
}

/** How a shared workspace stands, in a word; nothing for one of this device alone. */
function SyncBadge({ sync }: { sync: WorkspaceSync | undefined }) {
  if (!sync) return null
  const { state, conflicts, out } = sync
  const text =
    conflicts > 0
      ? t.sync.badge.conflicts(conflicts)
      : out.items > 0
        ? t.sync.badge.waiting(out.items)
        : t.sync.states[state]
  return <span className={`badge ${conflicts > 0 ? 'warn' : kinds[state]}`}>{text}</span>
}

function Monogram({ name, color }: { name?: string | undefined; color?: string | undefined }) {
  return (
    <span className="monogram" style={color ? { color, borderColor: color } : undefined} aria-hidden>
      {name ? initial(name) : <SheafMark />}
    </span>
  )
}

function initial(name: string): string {
  return String.fromCodePoint(name.trim().codePointAt(0) ?? 32).toUpperCase()
}

function SheafMark() {
  return (
    <svg
      width="18"
      height="18"
      viewBox="0 0 18 18"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
    >
      <path d="M9 16V3M9 12C5.500 11.300 4 8.500 4 4M9 12c3.500-.7 5-3.500 5-8M6 13h6" />
    </svg>
  )
}

function Create({ open, onClose }: { open: boolean; onClose: () => void }) {
  const create = useCreateWorkspace()
  const [name, setName] = useState('')
  const close = () => {
    setName('')
    create.reset()
    onClose()
  }
  return (
    <Dialog open={open} onClose={close} title={t.workspace.createTitle} description={t.workspace.createHint}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate(
            { name: name.trim() },
            {
              onSuccess: ({ id }) => {
                choose({ workspace: id })
                close()
              },
            },
          )
        }}
      >
        <label>
          {t.workspace.name}
          <input className="field" value={name} maxLength={255} onChange={(e) => setName(e.target.value)} />
        </label>
        {create.error && <p className="form-error">{sentence(create.error)}</p>}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={close}>
            {t.common.cancel}
          </button>
          <button type="submit" className="button primary" disabled={name.trim() === '' || create.isPending}>
            {t.workspace.createAction}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
