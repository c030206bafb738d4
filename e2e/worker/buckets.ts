/** Buckets of the local provider, written and read as the folders that they are. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Writes a bucket as people would: plain files. */
export async function fillBucket(root: string, bucket: string, objects: Readonly<Record<string, string | Buffer>>): Promise<void> {
  await mkdir(path.join(root, bucket), { recursive: true });
  for (const [name, content] of Object.entries(objects)) {
    const file = path.join(root, bucket, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

/** The objects of a bucket without our own records. */
export async function readBucket(root: string, bucket: string): Promise<Readonly<Record<string, string>>> {
  const folder = path.join(root, bucket);
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const found: Record<string, string> = {};
  for (const file of files) {
    const name = path.relative(folder, path.join(file.parentPath, file.name));
    if (!name.startsWith('oms/') && !name.startsWith('.')) found[name] = await readFile(path.join(folder, name), 'latin1');
  }
  return found;
}
