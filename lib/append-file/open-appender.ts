// Opening an append file.

import type { Door, Policy } from '../door/door.js'
import { Lane, performSync } from '../door/lane.js'
import { nativeDoor } from '../door/native-door.js'
import { Appender } from './appender.js'
import { openFile } from './open-policy.js'
import { resolveAppendFileOptions, resolvePath, type AppendFileOptions } from './options.js'
import type { TrackedFile } from './tracked-file.js'

function opening(door: Door, path: string | URL, options: AppendFileOptions): Policy<TrackedFile> {
  const resolved = resolveAppendFileOptions(options)
  return openFile(door.file(resolvePath(path)), resolved)
}

export async function openAppender(
  path: string | URL,
  options: AppendFileOptions,
  door: Door = nativeDoor,
): Promise<Appender> {
  const lane = new Lane()
  return new Appender(await lane.run(opening(door, path, options)), lane)
}

export function openAppenderSync(
  path: string | URL,
  options: AppendFileOptions,
  door: Door = nativeDoor,
): Appender {
  return new Appender(performSync(opening(door, path, options)), new Lane())
}
