import { useContents } from '@/api/queries'
import { FailureList } from '@/ui/FailureList'
import { Skeletons } from '@/ui/States'

/** The documents of a folder that could not be read, and why. */
export function Failures({ folder }: { folder: string }) {
  const { data } = useContents({ folder, status: 'failed' }, 100)
  if (!data) return <Skeletons lines={3} />
  return (
    <FailureList
      failures={data.contents.map(({ contentId, path, fileName, failure }) => ({
        contentId,
        path: path ?? fileName,
        error: failure ?? '',
      }))}
    />
  )
}
