import { lazy, Suspense, useEffect } from 'react'
import { useStatus } from '@/api/queries'
import { useBox } from '@/navigation/box'
import { go, useRoute, type Place, type Route } from '@/navigation/route'
import { DocumentPane } from '@/features/document/DocumentPane'
import { Ask } from '@/features/ask/Ask'
import { Home } from '@/features/home/Home'
import { Search } from '@/features/search/Search'
import { Welcome } from '@/features/welcome/Welcome'
import { onSecondInstance } from '@/platform'
import { t } from '@/text/en'
import { Failed, Skeletons } from '@/ui/States'
import { Crash } from './Crash'
import { GoneBanner } from './GoneBanner'
import { KeySheet } from './KeySheet'
import { Rail } from './Rail'
import { Split } from './Split'
import { StatusLine } from './StatusLine'
import { TopBox } from './TopBox'
import './frame.css'

const Library = lazy(() => import('@/features/library/Library').then((m) => ({ default: m.Library })))
const Folders = lazy(() => import('@/features/folders/Folders').then((m) => ({ default: m.Folders })))
const Activity = lazy(() => import('@/features/activity/Activity').then((m) => ({ default: m.Activity })))
const Sync = lazy(() => import('@/features/sync/Sync').then((m) => ({ default: m.Sync })))
const Settings = lazy(() => import('@/features/settings/Settings').then((m) => ({ default: m.Settings })))

export function Frame() {
  const route = useRoute()
  useEffect(() => onSecondInstance(() => go({ name: 'home' })), [])
  useTitle(route)
  return (
    <div className="frame">
      <a className="skip" href="#content" onClick={skip}>
        {t.common.skip}
      </a>
      <Rail current={route.name} />
      <div className="frame-main">
        <TopBox route={route} />
        <GoneBanner />
        <main id="content" tabIndex={-1}>
          <Crash key={route.name}>
            <Suspense fallback={<div className="screen" />}>
              <Screen route={route} />
            </Suspense>
          </Crash>
        </main>
        <StatusLine />
      </div>
      <KeySheet />
    </div>
  )
}

function skip(event: { preventDefault: () => void }) {
  event.preventDefault()
  document.getElementById('content')?.focus()
}

function Screen({ route }: { route: Route }) {
  switch (route.name) {
    case 'home':
      return <Start />
    case 'ask':
      return <Split left={<Ask route={route} />} right={beside(route, route.open)} />
    case 'search':
      return <Split left={<Search route={route} />} right={beside(route, route.open)} />
    case 'document':
      return <DocumentPane key={route.place.id} place={route.place} full />
    case 'library':
      return <Library />
    case 'folders':
      return <Folders />
    case 'activity':
      return <Activity />
    case 'sync':
      return <Sync route={route} />
    case 'settings':
      return <Settings />
  }
}

function beside(route: Extract<Route, { name: 'ask' | 'search' }>, place: Place | undefined) {
  if (!place) return null
  const close = () => go({ ...route, open: undefined }, 'replace')
  return <DocumentPane key={place.id} place={place} onClose={close} />
}

/** The first screen: a welcome until there is something to ask. */
function Start() {
  const { data, error, refetch } = useStatus()
  if (data) {
    const fresh = data.folders.length === 0 && data.documents.total === 0
    return fresh ? <Welcome /> : <Home status={data} />
  }
  return (
    <div className="screen">
      <div className="column">
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Skeletons />}
      </div>
    </div>
  )
}

function useTitle(route: Route) {
  const box = useBox()
  useEffect(() => {
    const names: Record<Route['name'], string> = {
      home: '',
      ask: route.name === 'ask' ? route.question : '',
      search: box,
      document: '',
      library: t.library.title,
      folders: t.folders.title,
      activity: t.activity.title,
      sync: t.sync.title,
      settings: t.settings.title,
    }
    const name = names[route.name]
    document.title = name === '' ? t.name : `${name} · ${t.name}`
  }, [route, box])
}
