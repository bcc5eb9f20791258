import { CornerDownRight } from 'lucide-react'
import { useContents } from '@/api/queries'
import type { Status } from '@/api/types'
import { asked } from '@/navigation/asked'
import { hashOf } from '@/navigation/route'
import { t } from '@/text/en'
import { ago, formatName, parentPath, shortPath } from '@/text/format'
import { FileIcon } from '@/ui/FileIcon'
import { listKeys } from '@/ui/listKeys'
import { ProgressBlock } from '@/ui/ProgressBlock'
import { Skeletons } from '@/ui/States'
import './home.css'

/** Where one starts: what there is to ask, what is being read, what was asked, what changed last. */
export function Home({ status }: { status: Status }) {
  const { documents, folders, progress } = status
  const busy = progress.phase === 'reading' || progress.phase === 'scanning'
  const ready = documents.total - documents.pending - documents.failed
  const questions = asked()
  return (
    <div className="screen">
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions -- keys of the links inside */}
      <div className="column home" onKeyDown={listKeys()}>
        <h1>{t.home.title}</h1>
        <p className="home-has tabular">
          {documents.pending > 0
            ? t.home.reading(ready, documents.total)
            : t.home.has(documents.total - documents.failed, folders.length)}
        </p>
        {busy && (
          <a className="home-progress" href={hashOf({ name: 'activity' })}>
            <ProgressBlock progress={progress} />
          </a>
        )}
        {questions.length > 0 && (
          <section>
            <h2>{t.home.asked}</h2>
            <ul>
              {questions.map((question) => (
                <li key={question}>
                  <a className="home-row" data-row href={hashOf({ name: 'ask', question })}>
                    <CornerDownRight size={15} aria-hidden className="file-icon" />
                    <span className="cut home-question">{question}</span>
                  </a>
                </li>
              ))}
            </ul>
          </section>
        )}
        <Recent />
      </div>
    </div>
  )
}

function Recent() {
  const { data, isPending } = useContents({ sort: '-updatedAt' }, 8)
  const contents = data?.contents ?? []
  if (isPending) return <Skeletons lines={6} />
  if (contents.length === 0) return null
  return (
    <section>
      <h2>
        {t.home.recent}
        <a className="link" href={hashOf({ name: 'library' })}>
          {t.home.all}
        </a>
      </h2>
      <ul>
        {contents.map(({ contentId, fileName, fileFormat, path, updatedAt }) => (
          <li key={contentId}>
            <a
              className="home-row"
              data-row
              href={hashOf({ name: 'document', place: { id: contentId, page: 1 } })}
            >
              <FileIcon format={fileFormat} />
              <span className="cut home-name" dir="auto">
                {fileName}
              </span>
              <span className="cut quiet home-path">
                {path ? shortPath(parentPath(path)) : formatName(fileFormat)}
              </span>
              <span className="quiet tabular">{ago(updatedAt)}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}
