// command.test.mjs: what the verifier's command line prints and with which code it ends.

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { a0, folder, logOf, plain } from './fixtures.mjs'

describe('the command', () => {
  const command = fileURLToPath(new URL('verify.mjs', import.meta.url))
  const [data, log] = [join(folder, 'c.jsonl'), join(folder, 'c.log')]

  test('says 0 for a clean file and prints the report as JSON', () => {
    writeFileSync(data, `${a0}\n`)
    writeFileSync(log, logOf([plain(a0)]))
    const report = JSON.parse(
      execFileSync(process.execPath, [command, data, '--acks', log, '--json'], { encoding: 'utf8' }),
    )
    assert.equal(report.whole, 1)
  })

  test('says 1 and names the violation', () => {
    writeFileSync(data, '')
    writeFileSync(log, logOf([plain(a0)]))
    const { status, stdout } = spawnSync(process.execPath, [command, data, '--acks', log], {
      encoding: 'utf8',
    })
    assert.equal(status, 1)
    assert.match(stdout, /VIOLATION foreign-lost A:0/)
  })

  test('says 2 when it cannot check', () => {
    for (const parameters of [[], [join(folder, 'none.jsonl')], [data, '--acks', join(folder, 'none.log')]]) {
      assert.equal(spawnSync(process.execPath, [command, ...parameters]).status, 2)
    }
  })
})
