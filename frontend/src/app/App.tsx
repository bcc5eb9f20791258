import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { Tooltip } from 'radix-ui'
import { useState } from 'react'
import { ApiError } from '@/api/client'
import { LiveContext, useSubscription } from '@/api/live'
import { ChooseFolder } from '@/choosing/ChooseFolder'
import { DropArea } from '@/choosing/DropArea'
import { Toasts } from '@/ui/Toasts'
import { Crash } from './Crash'
import { Frame } from './Frame'
import { Gate } from './Gate'

/** The server is on this machine: being offline changes nothing, and a refused request is not worth repeating. */
function newClient() {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        staleTime: 5000,
        retry: (failures, error) => failures < 2 && error instanceof ApiError && error.code === 'unavailable',
      },
      mutations: { networkMode: 'always' },
    },
  })
}

export function App() {
  const [client] = useState(newClient)
  return (
    <QueryClientProvider client={client}>
      <Tooltip.Provider delayDuration={400}>
        <Crash>
          <Gate>
            <Live />
          </Gate>
        </Crash>
        <Toasts />
      </Tooltip.Provider>
    </QueryClientProvider>
  )
}

function Live() {
  const live = useSubscription()
  return (
    <LiveContext value={live}>
      <ChooseFolder>
        <DropArea>
          <Frame />
        </DropArea>
      </ChooseFolder>
    </LiveContext>
  )
}
