// Three real agents and a browser in front of one of them: connecting, working offline, two edits at once, a token and a
// membership that end, a remote that comes back from a backup. Screenshots go to e2e/shots.
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { browse, missing, serve, sheaf } from './sheaf.mjs'

const why = missing()
if (why !== '') {
  console.error(`browser test: ${why}`)
  process.exit(1)
}
// The office has a certificate of its own making, which only the product is to be careful about.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
process.env.SHEAF_NO_MODEL = 'true'
process.env.SHEAF_NO_KEYRING = 'true'

const shots = fileURLToPath(new URL('./shots', import.meta.url))
mkdirSync(shots, { recursive: true })
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const place = mkdtempSync(join(tmpdir(), 'sheaf-sync-'))

let office = await serve({ args: ['--tls-self-signed'] })
const laptop = await serve()
const phone = await serve()
const { browser, page, errors } = await browse()

const step = async (name, act) => {
  const began = Date.now()
  await act()
  console.log(`ok  ${name} (${Date.now() - began} ms)`)
}
const shot = (name) => page.screenshot({ path: `${shots}/${name}.png` })

async function accessible(name) {
  await after(400) // what appears does so over a moment, in which it has less contrast
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  assert.deepEqual(
    bad.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html.slice(0, 160)).join('\n')}`),
    [],
    `${name} is not accessible`,
  )
}

/** Waits for a condition that the agents bring about. */
async function until(what, holds) {
  const end = Date.now() + 90_000
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`it never happens that ${what}`)
    await after(200)
  }
}
const remoteOf = async (agent) => (await agent.call('GET', 'api/desk/remotes')).remotes[0]
const agreed = (agent) => until('both sides agree', async () => (await remoteOf(agent))?.state === 'agreed')
const documents = async (agent, workspace) =>
  (await agent.call('GET', `api/desk/contents?workspace=${workspace}`)).contents

try {
  const club = await sheaf(office.data, 'workspace', 'create', 'Allotment club')
  const ada = await sheaf(office.data, 'user', 'add', 'ada@example.org')
  await office.call('POST', `api/v1/workspaces/${club.id}/members`, { userId: ada.id, role: 'ADMIN' })
  const invitation = await sheaf(office.data, 'remote', 'invite', '--user', 'ada@example.org')

  await step('a device that is on its own says what a remote would be', async () => {
    await page.goto(await laptop.open())
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Sync' }).click()
    await page.getByText('This device keeps everything to itself.').waitFor()
    await accessible('empty')
    await shot('sync-empty')
  })

  await step('a certificate that nobody vouches for is confirmed', async () => {
    await page.getByRole('button', { name: 'Add a remote' }).click()
    await page.getByRole('button', { name: 'I have an address and a token instead' }).click()
    await page.getByLabel('Address').fill(office.address)
    await page.getByLabel('Token', { exact: true }).fill('shf_nonsense')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('dialog', { name: 'Is it really the one?' }).waitFor()
    await accessible('fingerprint')
    await shot('sync-fingerprint')
    await page.getByRole('button', { name: 'It differs' }).click()
  })

  await step('an invitation connects', async () => {
    await page.getByRole('button', { name: 'Add a remote' }).click()
    await page.getByLabel('Invitation').fill(invitation.invitation)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('dialog', { name: 'What should be on this device?' }).waitFor()
    await accessible('choosing workspaces')
    await shot('sync-choose')
    await page.getByRole('button', { name: 'Start synchronising' }).click()
    await page
      .getByRole('article', { name: 'Allotment club' })
      .getByText('In sync', { exact: true })
      .waitFor()
    await accessible('in sync')
    await shot('sync')
  })

  // The laptop has its files in a folder of its own; the phone shows the workspace in a mirror.
  const mine = join(place, 'laptop')
  const mirror = join(place, 'phone')
  mkdirSync(mine)
  mkdirSync(mirror)
  writeFileSync(join(mine, 'minutes.txt'), 'The lease ends in May.\nThe water is turned on in April.\n')
  await sheaf(laptop.data, 'folder', 'add', mine, '--workspace', club.id)
  await agreed(laptop)
  await phone.call('POST', 'api/desk/remotes', { invitation: invitation.invitation })
  await agreed(phone)
  const there = await remoteOf(phone)
  await phone.call('PUT', `api/desk/remotes/${there.id}/workspaces/${club.id}`, { mirror })
  await until('the mirror has the file', () => {
    try {
      return readFileSync(join(mirror, 'minutes.txt'), 'utf8').includes('May')
    } catch {
      return false
    }
  })

  await step('without the remote everything goes on, and the changes wait', async () => {
    await office.rest()
    writeFileSync(join(mine, 'minutes.txt'), 'The lease ends in June.\nThe water is turned on in April.\n')
    await page.getByText(/^Offline · \d+ changes? waiting$/).waitFor({ timeout: 90_000 })
    await page
      .getByText(/cannot be reached/)
      .first()
      .waitFor()
    await accessible('offline')
    await shot('sync-offline')
    await page.setViewportSize({ width: 820, height: 1000 })
    await shot('sync-offline-820')
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  await step('two edits at once are both kept', async () => {
    writeFileSync(join(mirror, 'minutes.txt'), 'The lease ends in July.\nThe water is turned on in April.\n')
    await until('the phone has something to send', async () => (await remoteOf(phone)).out.items > 0)
    const { port } = new URL(office.address)
    office = await serve({ data: office.data, listen: `127.0.0.1:${port}`, args: ['--tls-self-signed'] })
    for (const agent of [laptop, phone, laptop]) {
      await agent.call('POST', `api/desk/remotes/${(await remoteOf(agent)).id}/sync`)
    }
    await page.getByText('1 document has two versions', { exact: true }).first().waitFor()
    await accessible('a conflict in the list')
    await shot('sync-conflicts')
    await page.getByRole('button', { name: 'Choose: minutes.txt' }).click()
    await page.getByText('July').waitFor()
    await page.getByText('June').waitFor()
    await accessible('a conflict')
    await shot('sync-conflict')
  })

  await step('dark, and narrow', async () => {
    await page.evaluate(() => (document.documentElement.dataset.theme = 'dark'))
    await accessible('a conflict, dark')
    await shot('sync-conflict-dark')
    await page.setViewportSize({ width: 820, height: 1000 })
    await shot('sync-conflict-820-dark')
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  await step('choosing ends it for everybody', async () => {
    await page
      .getByRole('article', { name: /Written elsewhere/ })
      .getByRole('button')
      .click()
    await page
      .getByRole('article', { name: 'Allotment club' })
      .getByText('In sync', { exact: true })
      .waitFor()
    await shot('sync-resolved-dark')
    await page.evaluate(() => (document.documentElement.dataset.theme = 'light'))
    await until(
      'no conflict is left',
      async () => (await laptop.call('GET', 'api/desk/conflicts')).total === 0,
    )
    await agreed(phone)
    await until(
      'no conflict is left there',
      async () => (await phone.call('GET', 'api/desk/conflicts')).total === 0,
    )
  })

  await step('a remote that comes back from a backup is given what it lost', async () => {
    await office.rest()
    const backup = join(place, 'backup')
    cpSync(office.data, backup, { recursive: true })
    const { port } = new URL(office.address)
    const start = () => serve({ data: office.data, listen: `127.0.0.1:${port}`, args: ['--tls-self-signed'] })
    office = await start()
    writeFileSync(join(mine, 'later.txt'), 'Written after the backup was taken.\n')
    await until('the office has it', async () => {
      await laptop.call('POST', `api/desk/remotes/${(await remoteOf(laptop)).id}/sync`)
      const w = (await remoteOf(laptop)).workspaces[0]
      return w.state === 'agreed' && (await documents(laptop, club.id)).length === 2
    })
    await office.rest()
    rmSync(office.data, { recursive: true })
    cpSync(backup, office.data, { recursive: true })
    office = await start()
    await until('the office has it again', async () => {
      await laptop.call('POST', `api/desk/remotes/${(await remoteOf(laptop)).id}/sync`)
      return (await remoteOf(laptop)).state === 'agreed'
    })
    await page.getByText('The remote came back from a backup.').first().waitFor()
    await accessible('restored')
    await page.screenshot({ path: `${shots}/sync-restored.png`, fullPage: true })
  })

  await step('a token that ended is replaced', async () => {
    await office.call('DELETE', `api/desk/tokens/${invitation.tokenId}`)
    await laptop.call('POST', `api/desk/remotes/${(await remoteOf(laptop)).id}/sync`)
    await page.getByText(/does not take the token any more/).waitFor()
    await accessible('denied')
    await shot('sync-denied')
    const { token } = await sheaf(
      office.data,
      'token',
      'create',
      '--user',
      'ada@example.org',
      '--ability',
      'sync',
    )
    await page.getByRole('button', { name: 'Give it a new token…' }).click()
    await page.getByLabel('Token', { exact: true }).fill(token)
    await page.getByRole('button', { name: 'Use this token' }).click()
    await page
      .getByRole('article', { name: 'Allotment club' })
      .getByText('In sync', { exact: true })
      .waitFor()
  })

  await step('a workspace of this device is shared with one click', async () => {
    await page.getByRole('button', { name: /^Share with .*: My documents$/ }).click()
    await page.getByRole('article', { name: 'My documents' }).getByText('In sync', { exact: true }).waitFor()
    await shot('sync-shared')
  })

  await step('a membership that ends leaves the work that was not sent', async () => {
    const { id: remote } = await remoteOf(laptop)
    await laptop.call('POST', `api/desk/remotes/${remote}/pause`)
    writeFileSync(join(mine, 'draft.txt'), 'Nobody else has this.\n')
    await page
      .getByText(/^Paused\./)
      .first()
      .waitFor()
    await shot('sync-paused')
    await office.call('DELETE', `api/v1/workspaces/${club.id}/members/${ada.id}`)
    await laptop.call('POST', `api/desk/remotes/${remote}/resume`)
    await page
      .getByText(/moved to a workspace of this device/)
      .first()
      .waitFor({ timeout: 60_000 })
    await page.getByText('Allotment club (rescued)').first().waitFor()
    await accessible('revoked')
    await page.screenshot({ path: `${shots}/sync-revoked.png`, fullPage: true })
  })

  await step('a question that nothing here answers is answered by the remote', async () => {
    const archive = await sheaf(office.data, 'workspace', 'create', 'Archive')
    await office.call('POST', `api/v1/workspaces/${archive.id}/members`, { userId: ada.id, role: 'VIEWER' })
    writeFileSync(join(place, 'cup.txt'), 'The cup of 1998 was won by the allotment club of Eastfield.\n')
    await sheaf(office.data, 'add', join(place, 'cup.txt'), '--workspace', archive.id)
    const { id: remote } = await remoteOf(laptop)
    await until('the archive is known', async () => {
      await laptop.call('POST', `api/desk/remotes/${remote}/sync`)
      return (await remoteOf(laptop)).workspaces.some(({ name }) => name === 'Archive')
    })
    await laptop.call('PUT', `api/desk/remotes/${remote}/workspaces/${archive.id}`, { kept: false })
    await page.goto(`${laptop.address}#/ask?q=${encodeURIComponent('Who won the cup of 1998?')}`)
    await page.getByRole('button', { name: 'Ask the remote when online' }).click()
    await until('the answer has come', async () => {
      await laptop.call('POST', `api/desk/remotes/${remote}/sync`)
      return page.getByText(/allotment club of Eastfield/).isVisible()
    })
    await accessible('an answer of the remote')
    await shot('sync-asked')
    await page.goto(`${laptop.address}#/sync`)
  })

  await step('the switcher says how each workspace stands', async () => {
    await page.getByRole('button', { name: /^Choose a workspace/ }).click()
    await page.getByRole('menu').getByText('In sync').first().waitFor()
    await shot('sync-switcher')
    await page.keyboard.press('Escape')
  })

  await step('nothing went wrong on the way', () => {
    // Reading a conflict that has just been decided is answered as not found, which the screen expects.
    assert.deepEqual(
      errors.filter((error) => !error.includes('404')),
      [],
    )
  })
} catch (error) {
  await shot('failed-sync')
  console.error(errors.join('\n'))
  throw error
} finally {
  await browser.close()
  await Promise.all([office.stop(), laptop.stop(), phone.stop()])
  rmSync(place, { recursive: true, force: true })
}
