/** Files dropped anywhere on the window are added; folders are watched where the system tells their path. */
import { FilePlus2 } from 'lucide-react'
import { useEffect, useRef, useState, type DragEvent, type ReactNode } from 'react'
import { useUpload } from '@/api/actions'
import { inDesktop, onDropped } from '@/platform'
import { t } from '@/text/en'
import { useChoices } from '@/ui/settings'
import { sentence } from '@/ui/States'
import { toast } from '@/ui/toast'
import { useChooseFolder } from './ChooseFolder'
import './choosing.css'

const LARGEST = 1 << 30

export function DropArea({ children }: { children: ReactNode }) {
  const { add, choose } = useChooseFolder()
  const { workspace } = useChoices()
  const { mutateAsync } = useUpload()
  const [over, setOver] = useState(false)
  const depth = useRef(0)

  useEffect(
    () =>
      onDropped(({ folders, imported, refused }) => {
        folders.forEach((path) => add(path))
        if (imported.length > 0) toast(t.drop.added(imported.length))
        refused.forEach((why) => toast(why, { kind: 'bad' }))
      }),
    [add],
  )

  async function addFiles(files: File[]) {
    let added = 0
    for (const file of files) {
      if (file.size > LARGEST) {
        toast(t.drop.tooLarge(file.name), { kind: 'bad' })
        continue
      }
      try {
        await mutateAsync({ file, workspace })
        added++
      } catch (error) {
        toast(`${t.drop.failed(file.name)} ${sentence(error)}`, { kind: 'bad' })
      }
    }
    if (added > 0) toast(t.drop.added(added))
  }

  function drop(event: DragEvent) {
    event.preventDefault()
    depth.current = 0
    setOver(false)
    if (inDesktop()) return
    const items = [...event.dataTransfer.items]
    const folder = items.some((item) => item.webkitGetAsEntry()?.isDirectory)
    const files = items
      .filter((item) => item.kind === 'file' && !item.webkitGetAsEntry()?.isDirectory)
      .map((item) => item.getAsFile())
      .filter((file) => file !== null)
    if (folder) {
      toast(t.drop.folder)
      choose()
    }
    void addFiles(files)
  }

  const carriesFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')
  return (
    <div
      className="drop-area"
      onDragEnter={(event) => {
        if (!carriesFiles(event)) return
        depth.current++
        setOver(true)
      }}
      onDragLeave={() => {
        depth.current = Math.max(0, depth.current - 1)
        if (depth.current === 0) setOver(false)
      }}
      onDragOver={(event) => carriesFiles(event) && event.preventDefault()}
      onDrop={drop}
    >
      {children}
      {over && (
        <div className="drop-veil" aria-hidden>
          <div>
            <FilePlus2 size={28} strokeWidth={1.5} />
            {t.drop.title}
          </div>
        </div>
      )}
    </div>
  )
}
