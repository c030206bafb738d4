import { SaxesParser } from 'saxes';

/** An element with the text directly in it, neither trimmed nor coerced. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
}

interface Building {
  readonly name: string;
  text: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Building[];
}

/** What the parser says of a character that is none of XML's; it goes on with it. */
const DISALLOWED = 'disallowed character.';

/** Characters that XML 1.1 reads as line ends unless they are written as references. */
const LINE_ENDS_OF_1_1 = /[\u0085\u2028]/g;

/**
 * Throws for what is not well-formed. Leading blanks are allowed: stores send them while they work.
 *
 * Stores write control characters of a key as `&#x1;`, which is XML 1.1 under a declaration of 1.0, and other characters that
 * no XML allows, such as U+FFFF, as they are.
 */
export function parseXml(text: string): XmlElement {
  if (text.includes('\0')) throw new Error('a document with a NUL');
  const hasCdata = text.includes('<![CDATA[');
  const version = hasCdata && text.search(LINE_ENDS_OF_1_1) >= 0 ? '1.0' : '1.1';
  const parser = new SaxesParser({ xmlns: false, position: false, forceXMLVersion: true, defaultXMLVersion: version });
  const open: Building[] = [{ name: '', text: '', attributes: {}, children: [] }];
  parser.on('error', (error) => {
    if (error.message !== DISALLOWED) throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element: Building = { name: name.slice(name.indexOf(':') + 1), text: '', attributes, children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  const onText = (part: string): void => {
    const element = open.at(-1);
    if (element !== undefined) element.text += part;
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', () => void open.pop());
  const referenced = hasCdata ? text : text.replace(LINE_ENDS_OF_1_1, (character) => `&#${character.charCodeAt(0)};`);
  parser.write(referenced.trimStart()).close();
  const root = open[0]?.children[0];
  if (root === undefined) throw new Error('an empty document');
  return root;
}

export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

export function childrenNamed(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
