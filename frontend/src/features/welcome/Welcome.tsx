import { Folder, FolderPlus } from 'lucide-react'
import { useChooseFolder } from '@/choosing/ChooseFolder'
import { useSuggestions } from '@/api/queries'
import { inDesktop } from '@/platform'
import { t } from '@/text/en'
import './welcome.css'

/** One sentence, one button, a place to drop, and three folders that exist. */
export function Welcome() {
  const { choose, add, adding } = useChooseFolder()
  const suggestions = (useSuggestions().data ?? []).slice(0, 3)
  return (
    <div className="screen">
      <div className="welcome">
        <h1>{t.welcome.title}</h1>
        <p className="welcome-body">{t.welcome.body}</p>
        <div className="welcome-drop">
          <button type="button" className="button primary large" onClick={choose} disabled={adding}>
            <FolderPlus size={18} aria-hidden />
            {t.welcome.choose}
          </button>
          <p className="quiet">{inDesktop() ? t.welcome.dropPaths : t.welcome.drop}</p>
        </div>
        {suggestions.length > 0 && (
          <section aria-labelledby="suggestions">
            <h2 id="suggestions" className="quiet">
              {t.welcome.suggestions}
            </h2>
            <ul className="welcome-suggestions">
              {suggestions.map(({ name, path, files, more }) => (
                <li key={path}>
                  <button type="button" onClick={() => add(path)} disabled={adding} title={path}>
                    <Folder size={18} strokeWidth={1.6} aria-hidden />
                    <span className="welcome-name cut">{name}</span>
                    <span className="quiet tabular">
                      {files === 0 ? t.welcome.empty : t.welcome.files(files, more)}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </div>
  )
}
