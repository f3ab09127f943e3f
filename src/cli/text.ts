/** Text files that a command is given. */
import { openFile } from '../safetensors/file.node.ts';
import { TritsimError } from '../errors/error.ts';

/** The text of a UTF-8 file, every byte of it; FILE_OPEN, or TEXT_ENCODING where it is not UTF-8. */
export async function readText(path: string): Promise<string> {
  const file = await openFile(path);
  try {
    const bytes = await file.read(0, file.size);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof TritsimError) throw cause;
    throw new TritsimError('TEXT_ENCODING', 'is not UTF-8', { place: path, cause });
  } finally {
    await file.close();
  }
}
