import { useRemoveFolder } from '@/api/actions'
import type { Folder } from '@/api/types'
import { t } from '@/text/en'
import { baseName } from '@/text/format'
import { Dialog } from '@/ui/Dialog'
import { sentence } from '@/ui/States'
import { toast } from '@/ui/toast'

interface Props {
  folder: Folder
  open: boolean
  onClose: () => void
  /** Watches the same folder again. */
  onUndo: () => void
}

export function RemoveDialog({ folder, open, onClose, onUndo }: Props) {
  const remove = useRemoveFolder()
  const name = baseName(folder.path)
  const act = (keep: boolean) =>
    remove.mutate(
      { id: folder.id, keep },
      {
        onSuccess: () => toast(t.folders.removed(name), { action: { label: t.common.undo, act: onUndo } }),
        onError: (error) => toast(sentence(error), { kind: 'bad' }),
        onSettled: onClose,
      },
    )
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t.folders.removeTitle(name)}
      description={t.folders.removeBody}
    >
      <div className="dialog-choices">
        <button type="button" className="button" onClick={() => act(true)} disabled={remove.isPending}>
          {t.folders.removeKeep}
        </button>
        <button
          type="button"
          className="button danger"
          onClick={() => act(false)}
          disabled={remove.isPending}
        >
          {t.folders.removeTrash}
        </button>
        <button type="button" className="button plain" onClick={onClose}>
          {t.common.cancel}
        </button>
      </div>
    </Dialog>
  )
}
