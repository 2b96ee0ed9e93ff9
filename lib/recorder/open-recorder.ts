// Opening a recorder: what is torn at the end of the file is mended before anything is taken (W1).

import { resolvePath } from '../append-file/options.js'
import type { Door } from '../door/door.js'
import { Lane, performSync } from '../door/lane.js'
import { nativeDoor } from '../door/native-door.js'
import { resolveRecorderOptions, type RecorderOptions, type ResolvedRecorderOptions } from './options.js'
import type { Recorder } from './recorder.js'
import { RecorderSession } from './recorder-session.js'
import { RecordingFile } from './recording-file.js'

/** The class of the copy of the package that was called, and not one that is imported here by then. */
type Face = typeof Recorder

/** A recorder for a file that is open; `lane` has nothing else to do. */
function recorderFor(
  face: Face,
  door: Door,
  lane: Lane,
  recording: RecordingFile,
  options: ResolvedRecorderOptions,
): Recorder {
  return new face((listeners) => new RecorderSession(door, lane, recording, options, listeners))
}

export async function openRecorder(
  face: Face,
  path: string | URL,
  options: RecorderOptions,
  door: Door = nativeDoor,
): Promise<Recorder> {
  const resolved = resolveRecorderOptions(options)
  resolved.signal?.throwIfAborted()
  const lane = new Lane()
  const recording = await lane.run(RecordingFile.open(door, resolvePath(path), resolved))
  const recorder = recorderFor(face, door, lane, recording, resolved)
  if (resolved.signal?.aborted !== true) return recorder
  await recorder.close()
  throw resolved.signal.reason
}

export function openRecorderSync(
  face: Face,
  path: string | URL,
  options: RecorderOptions,
  door: Door = nativeDoor,
): Recorder {
  const resolved = resolveRecorderOptions(options)
  resolved.signal?.throwIfAborted()
  const recording = performSync(RecordingFile.open(door, resolvePath(path), resolved))
  return recorderFor(face, door, new Lane(), recording, resolved)
}
