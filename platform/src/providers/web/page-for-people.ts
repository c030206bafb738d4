/**
 * Telling a page for people from the object: many servers answer with status 200 and a page where they should refuse, or
 * redirect to one that asks for a password.
 *
 * A page is refused only where all of this holds; anything less may be the object itself.
 *
 * 1. Its Content-Type is that of HTML.
 * 2. Its first bytes are those of an HTML document: some servers call everything HTML.
 * 3. The name asked for promises something else: its extension is one of media, archives, programs, fonts or office
 *    documents, or it is any but that of a page and the answer came from another name, after redirects.
 */
import type { WebAddress } from './web-address.ts';

const HTML_TYPE = /^(text\/html|application\/xhtml\+xml)\s*(;|$)/i;
const HTML_BEGINS = /^(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--[^]*?-->\s*)*<(!doctype\s+html|html[\s>])/i;
const NEVER_HTML = new Set((
  'jpg jpeg png gif bmp webp avif heic tif tiff ico psd mp3 m4a aac ogg flac wav wma mp4 m4v mov avi mkv webm wmv flv ts '
  + 'zip gz tgz bz2 xz zst 7z rar tar jar war iso img dmg deb rpm apk msi exe dll so wasm '
  + 'pdf doc docx xls xlsx ppt pptx odt ods odp epub parquet avro orc sqlite woff woff2 ttf otf eot json csv tsv css js mjs'
).split(' '));
/** Extensions of names behind which pages are made. */
const PAGES = new Set('html htm xhtml xht shtml php php5 phtml asp aspx jsp jspx cgi pl do action cfm'.split(' '));

export interface Answered {
  readonly asked: WebAddress;
  readonly from: WebAddress;
  readonly contentType: string | undefined;
}

/** Whether the answer is no object if its first bytes are those of a page. */
export function mayBePage({ asked, from, contentType = '' }: Answered): boolean {
  if (!HTML_TYPE.test(contentType)) return false;
  const extension = /\.([a-z0-9]{1,8})$/i.exec(nameOf(asked))?.[1]?.toLowerCase();
  if (extension === undefined || PAGES.has(extension)) return false;
  return NEVER_HTML.has(extension) || nameOf(asked) !== nameOf(from);
}

/** @param bytes the first that arrived. */
export function beginsAsPage(bytes: Uint8Array): boolean {
  return HTML_BEGINS.test(Buffer.from(bytes.subarray(0, 1_024)).toString('latin1'));
}

/** What follows the last slash of the path. */
function nameOf({ target }: WebAddress): string {
  const [path = ''] = target.split('?', 1);
  return path.slice(path.lastIndexOf('/') + 1);
}
