import { useState } from 'react'
import type { Progress } from '@/api/types'

const KEPT = 60

/** The rates seen since this screen opened, oldest first, one for every state that differs from the last. */
export function useRates({ ratePerSec, done, phase }: Progress): number[] {
  const [seen, setSeen] = useState<{ key: string; rates: number[] }>({ key: '', rates: [] })
  const key = `${phase} ${done} ${ratePerSec}`
  if (key === seen.key) return seen.rates
  const rates = phase === 'idle' ? [] : [...seen.rates, ratePerSec].slice(-KEPT)
  setSeen({ key, rates })
  return rates
}
