import { useEffect, useState } from 'react'
import type { Progress } from '@/api/types'

const KEPT = 60

/** The rates seen since this screen opened, oldest first, one for every state that differs from the last. */
export function useRates(progress: Progress): number[] {
  const [rates, setRates] = useState<number[]>([])
  const { ratePerSec, done, phase } = progress
  useEffect(() => {
    setRates((was) => (phase === 'idle' ? [] : [...was, ratePerSec].slice(-KEPT)))
  }, [ratePerSec, done, phase])
  return rates
}
