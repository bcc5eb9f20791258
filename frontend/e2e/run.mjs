// The first minute of a new person, and the minute in which the agent dies, against the real program.
// Screenshots go to e2e/shots; with --docs those of the user guide also go to docs/screens.
import assert from 'node:assert/strict'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { browse, missing, serve } from './sheaf.mjs'
import { writer } from './writer.mjs'

const why = missing()
if (why !== '') {
  console.error(`browser test: ${why}`)
  process.exit(1)
}

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
// A copy, so that the test may change files and the screens show no path of the machine it runs on.
const library = mkdtempSync(join(tmpdir(), 'sheaf-files-'))
const samples = join(library, 'Allotment')
cpSync(here('../../build/samples'), samples, { recursive: true })
const shots = here('./shots')
const guide = here('../../docs/screens')
const inGuide = process.argv.includes('--docs')
  ? ['welcome', 'search', 'answer-document', 'answer-document-dark', 'folders']
  : []
mkdirSync(shots, { recursive: true })
if (inGuide.length > 0) mkdirSync(guide, { recursive: true })
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const QUESTION = 'When is the water turned off?'
const agent = await serve()
const model = await writer(
  'The water is turned off in November [1]. The taps smell of violets all winter [1].',
)
const { browser, page, errors } = await browse()

const step = async (name, act) => {
  const began = Date.now()
  await act()
  console.log(`ok  ${name} (${Date.now() - began} ms)`)
}
const shot = async (name) => {
  await page.screenshot({ path: `${shots}/${name}.png` })
  if (inGuide.includes(name)) copyFileSync(`${shots}/${name}.png`, `${guide}/${name}.png`)
}

/** No serious or critical violation of accessibility rules on what is shown now. */
async function accessible(name) {
  // A policy of the page forbids inline scripts, so the rules are brought in by the debugger.
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  const told = bad.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map((n) => `${n.html.slice(0, 160)} ${n.failureSummary}`).join('\n  ')}`,
  )
  assert.deepEqual(told, [], `${name} is not accessible`)
}

try {
  await step('a page without a key says how to get one', async () => {
    await page.goto(agent.address)
    await page.getByText('This window has no key').waitFor()
    await accessible('no key')
  })

  await step('a one-time code opens the welcome and leaves the address', async () => {
    await page.goto(await agent.open())
    await page.getByRole('heading', { name: 'Ask your own documents.' }).waitFor()
    assert.ok(!page.url().includes('code='), page.url())
    await accessible('welcome')
    await shot('welcome')
  })

  await step('a folder is chosen by browsing', async () => {
    await page.getByRole('button', { name: 'Choose a folder' }).click()
    const dialog = page.getByRole('dialog', { name: 'Choose a folder' })
    await dialog.getByLabel('Path').fill(library)
    await dialog.getByRole('button', { name: 'Go', exact: true }).click()
    await dialog.getByRole('button', { name: 'Allotment', exact: true }).click()
    await accessible('browse')
    await dialog.getByRole('button', { name: 'Choose “Allotment”' }).click()
    await page.getByRole('heading', { name: 'What do you want to know?' }).waitFor()
  })

  await step('reading is shown until it is done', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Activity' }).click()
    await page.getByRole('heading', { name: 'Activity' }).waitFor()
    await shot('activity-reading')
    await page.getByText('Everything is read.').waitFor({ timeout: 120_000 })
    await accessible('activity')
    await shot('activity')
  })

  await step('the folder card has its numbers', async () => {
    await page.getByRole('link', { name: 'Folders' }).click()
    const card = page.getByRole('article')
    await card.getByText('Watching').waitFor()
    await card.locator('dt:text-is("Read") + dd:text-is("12")').waitFor()
    await accessible('folders')
    await shot('folders')
  })

  await step('the folder says what became of its files', async () => {
    const card = page.getByRole('article')
    await card.getByRole('button', { name: 'What became of its files' }).click()
    const report = card.getByRole('region', { name: /What became of the files/ })
    await report.getByRole('button', { name: /^Read/ }).click()
    await report.getByRole('link', { name: 'lease-2019.pdf' }).waitFor()
    await accessible('coverage')
    await shot('coverage')
    await card.getByRole('button', { name: 'Close' }).click()
  })

  await step('the pace of reading is chosen and kept', async () => {
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('radio', { name: 'Gentle' }).click()
    await page.getByText('About half of one core').waitFor()
    await page.reload()
    assert.ok(await page.getByRole('radio', { name: 'Gentle' }).isChecked())
    await page.getByRole('radio', { name: 'Normal' }).click()
    await accessible('settings')
    await shot('settings')
  })

  await step('words are found as they are typed, and marked', async () => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type('honey harv', { delay: 30 })
    await page.locator('.passage mark').first().waitFor()
    await page.keyboard.type('est', { delay: 30 })
    await page.waitForFunction(() => location.hash.includes('honey+harvest'))
    assert.match((await page.locator('.passage mark').first().textContent()) ?? '', /honey|harvest/i)
    await accessible('search')
    await shot('search')
  })

  await step('a result opens beside the list by keyboard', async () => {
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.locator('.split-right .document').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.split-right').waitFor({ state: 'detached' })
  })

  await step('a question is answered with a citation', async () => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type(QUESTION)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: QUESTION }).waitFor()
    const chip = page.locator('.chip').first()
    await chip.waitFor()
    await accessible('answer')
    await shot('answer')
    await chip.hover()
    await page.locator('.quote-card blockquote').waitFor()
    await chip.click()
  })

  await step('the citation opens its document with the quote marked', async () => {
    await page.locator('.split-right mark.quote, .split-right .pdf-mark.quote').first().waitFor()
    await page.mouse.move(400, 700)
    await page.locator('.quote-card').waitFor({ state: 'detached' })
    await accessible('answer and document')
    await shot('answer-document')
  })

  await step('a PDF shows its pages with the quote marked', async () => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type('insurance policy number', { delay: 10 })
    const pdf = page.locator('.group', { hasText: '.pdf' }).first()
    await pdf.locator('.passage').first().click()
    await page.locator('.pdf-mark.quote').first().waitFor()
    await shot('pdf')
  })

  await step('the library lists every document', async () => {
    await page.getByRole('link', { name: 'Library' }).click()
    await page.getByRole('grid', { name: 'Library' }).getByText('lease-2019.pdf').waitFor()
    await accessible('library')
    await shot('library')
    await page.keyboard.press('/')
    await page.keyboard.type('newsletter')
    await page.waitForFunction(() => document.querySelectorAll('.table-row').length === 1)
  })

  const ask = async (question) => {
    await page.keyboard.press('Control+k')
    await page.keyboard.press('Control+a')
    await page.keyboard.type(question)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: question }).waitFor()
  }

  await step('which documents mention something is answered from all of them', async () => {
    await ask('Which documents mention water?')
    await page.locator('.ask-item .chip').first().waitFor()
    await page.getByText('Counted by going through all of your documents').waitFor()
    await accessible('counted')
    await shot('counted')
  })

  await step('a language model is tried, saved and writes', async () => {
    await page.getByRole('link', { name: 'Settings' }).click()
    const form = page.locator('.writer')
    await form.getByLabel('Address').fill(model.url)
    await page.getByText('nothing leaves it').waitFor()
    await form.getByLabel('Model', { exact: true }).fill('gardener-small')
    await form.getByRole('button', { name: 'Try it' }).click()
    await page.getByText('It replied').waitFor()
    await page.getByLabel('Let a language model write answers').check()
    await accessible('language model')
    await page.getByRole('heading', { name: 'Language model' }).scrollIntoViewIfNeeded()
    await shot('language-model')
    await form.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Language model saved').waitFor()
    model.hold()
    await ask('In which month is the water turned off?')
    await page.getByText('Being written').waitFor()
    await shot('writing')
    model.finish()
    await page.locator('.ask-response .chip').first().waitFor()
    await page.locator('.ask-unborne').waitFor()
    await page.getByText('Written by gardener-small').waitFor()
    await accessible('written answer')
    await shot('written')
  })

  await step('dark', async () => {
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('radio', { name: 'Dark' }).check()
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark')
    await accessible('settings, dark')
    await shot('settings-dark')
    await page.goto(`${agent.address}#/ask?q=${encodeURIComponent(QUESTION)}`)
    await page.locator('.chip').first().click()
    await page.locator('.split-right mark.quote, .split-right .pdf-mark.quote').first().waitFor()
    await page.mouse.move(300, 780)
    await accessible('answer and document, dark')
    await shot('answer-document-dark')
    await page.setViewportSize({ width: 820, height: 1000 })
    await page.goto(`${agent.address}#/`)
    await page.getByText('Recently changed').waitFor()
    await accessible('home at 820, dark')
    await shot('home-820-dark')
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  await step('nothing went wrong on the way', () => assert.deepEqual(errors, []))

  await step('a dead agent is told, and what is shown stays', async () => {
    await agent.kill()
    await page.getByText('Sheaf is not reachable').waitFor()
    await page.getByText('Recently changed').waitFor()
    await accessible('agent gone')
    await shot('gone-dark')
  })
} catch (error) {
  await shot('failed')
  console.error(errors.join('\n'))
  throw error
} finally {
  await browser.close()
  await agent.stop()
  model.close()
  rmSync(library, { recursive: true, force: true })
}
