import { FolderOpen, FolderPlus } from 'lucide-react'
import { useFolders } from '@/api/queries'
import { useChooseFolder } from '@/choosing/ChooseFolder'
import { t } from '@/text/en'
import { Empty, Failed, Skeletons } from '@/ui/States'
import { FolderCard } from './FolderCard'

/** What is watched: one card a folder. */
export function Folders() {
  const { data: folders, error, isPending, refetch } = useFolders()
  const { choose, adding } = useChooseFolder()
  const add = (
    <button type="button" className="button primary" onClick={choose} disabled={adding}>
      <FolderPlus size={16} aria-hidden />
      {t.folders.add}
    </button>
  )
  return (
    <div className="screen">
      <div className="column">
        <header className="screen-head">
          <div>
            <h1>{t.folders.title}</h1>
            <p>{t.folders.intro}</p>
          </div>
          {(folders ?? []).length > 0 && add}
        </header>
        {error && !folders ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : isPending ? (
          <Skeletons lines={6} height={20} />
        ) : folders.length > 0 ? (
          <ul className="cards">
            {folders.map((folder) => (
              <li key={folder.id}>
                <FolderCard folder={folder} />
              </li>
            ))}
          </ul>
        ) : (
          <Empty icon={FolderOpen} title={t.folders.empty}>
            <p>{t.folders.emptyHint}</p>
            {add}
          </Empty>
        )}
      </div>
    </div>
  )
}
