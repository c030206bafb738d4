/**
 * Keys that stores hold and that file systems, URLs, XML and careless string functions damage.
 *
 * NUL is not among them: no store of the documents takes it.
 */
export const oddKeys: readonly string[] = [
  'plain',
  // Slashes and dots, which URL parsers and file systems collapse.
  '/leading', '//two-leading', '/', '//', 'a//b', 'a///b', 'trailing/', 'trailing//', 'a/b/', 'a/./b', 'a/../b', '.', '..', './x', '../x', 'x/.', 'x/..', '...', '.hidden', 'back\\slash', 'a\\..\\b',
  // One key that is also the folder of another.
  'both', 'both/', 'both/inside', 'both/inside/deeper', 'both-beside', 'both0', 'dir-2/x', 'dir/x',
  // What URLs, forms and shells take for something else.
  ' ', ' leading blank', 'trailing blank ', 'two  blanks', 'plus+plus', 'per%cent', 'escaped%2Fslash', '%00', '%', 'q?uestion', 'h#ash', 'am&per', 'eq=ual', 'semi;colon', 'co:lon', 'at@sign', 'co,mma',
  '"double"', "single'", '<angle>', '*star', '$dollar', '`tick`', '~tilde', '|pipe', '^caret', '{brace}', '[square]', '(round)', '!bang', 'CON', 'nul.txt', 'dot.',
  // What XML parsers coerce.
  '001', '1e3', 'true', 'null', '&amp;', ']]>',
  // Control characters.
  'tab\there', 'new\nline', 'return\rhere', 'bell\u0007', 'escape\u001b', 'delete\u007f', 'next\u0085line',
  // Twins that some file systems take for one name.
  'Case', 'case', 'CASE', 'caf\u00e9', 'cafe\u0301', '\u212b', '\u00c5', 'stra\u00dfe', 'STRASSE',
  // The order of UTF-8 is not that of UTF-16.
  '\u0080', '\u07ff', '\u0800', '\ud7ff', '\ue000', '\ufeffbom', '\ufffd', '\uffff', '\u{10000}', '\u{1f4a9}', '\u{10ffff}', 'emoji/\u{1f469}\u200d\u{1f680}/x', '\u6771\u4eac/\u30c7\u30fc\u30bf',
  // Long ones: 1,024 bytes in one segment, in many, and of wide characters.
  'l'.repeat(1024), `${'s/'.repeat(511)}xy`, 'm'.repeat(255), 'm'.repeat(256), `${'n'.repeat(300)}/${'o'.repeat(300)}`, '\u{1f4a9}'.repeat(256), `${'p'.repeat(254)}\u00e9`,
];
