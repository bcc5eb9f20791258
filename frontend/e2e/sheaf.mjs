// The real program on a temporary data directory, and a browser in front of it.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'

const root = fileURLToPath(new URL('../..', import.meta.url))
const binary = process.env.SHEAF_BIN ?? join(root, 'build/bin/sheaf')
const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Why these tests cannot run here, or "". */
export function missing() {
  if (!existsSync(binary)) return `${binary} is not built; run make build`
  if (!existsSync(browserPath)) return `${browserPath} is not installed; run make setup`
  return ''
}

/** Runs a command on a data directory and returns the JSON that it prints. */
export async function sheaf(data, ...args) {
  const { stdout } = await promisify(execFile)(binary, [...args, '--json', '--data', data])
  return JSON.parse(stdout)
}

/** Starts the agent, on a new data directory unless one is named, and waits until it says where it listens. */
export async function serve({
  data = mkdtempSync(join(tmpdir(), 'sheaf-e2e-')),
  listen = '127.0.0.1:0',
  args = [],
} = {}) {
  const agent = spawn(binary, ['serve', '--listen', listen, '--data', data, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const address = await new Promise((resolve, reject) => {
    const look = (piece) => {
      output += piece
      const found = /https?:\/\/127\.0\.0\.1:\d+\//.exec(output)
      if (found) resolve(found[0])
    }
    agent.stdout.on('data', look)
    agent.stderr.on('data', look)
    agent.on('error', reject)
    agent.on('exit', (code) => reject(new Error(`sheaf serve ended with ${code}: ${output}`)))
  })
  const ended = once(agent, 'exit')
  return {
    address,
    data,
    /** A call of an API as the owner. */
    async call(method, path, body) {
      const { token } = JSON.parse(readFileSync(join(data, 'agent.json'), 'utf8'))
      const response = await fetch(address + path, {
        method,
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
      const text = await response.text()
      return text === '' ? undefined : JSON.parse(text)
    },
    /** Ends the agent and leaves its data where it is. */
    async rest() {
      agent.kill('SIGTERM')
      await ended
    },
    /** The address of the screens with a fresh one-time code. */
    open() {
      const { token } = JSON.parse(readFileSync(join(data, 'agent.json'), 'utf8'))
      return fetch(`${address}api/desk/codes`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}` },
      })
        .then((response) => response.json())
        .then(({ code }) => `${address}#code=${code}`)
    },
    async kill() {
      agent.kill('SIGKILL')
      await ended
    },
    async stop() {
      if (agent.exitCode === null && agent.signalCode === null) {
        agent.kill('SIGTERM')
        await ended
      }
      rmSync(data, { recursive: true, force: true })
    },
  }
}

export async function browse() {
  const browser = await chromium.launch({
    executablePath: browserPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' })
  page.setDefaultTimeout(30_000)
  const errors = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  return { browser, page, errors }
}
