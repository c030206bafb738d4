import { BrokenInput } from '../read-by-schema.ts';

const string = String.raw`'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"`;
const pythonDict = new RegExp(String.raw`^\{\s*(?:(?:${string})\s*:\s*(?:${string})\s*(?:,\s*(?:${string})\s*:\s*(?:${string})\s*)*)?,?\s*\}$`);
const pythonString = new RegExp(string, 'g');

/** `{"key": "value"}`; the clients of Cinder write the same with single quotes. @param parameter for the error */
export function metadataFilter(text: string, parameter: string): Readonly<Record<string, string>> {
  const value = fromJson(text) ?? fromPython(text);
  if (value === undefined || !Object.entries(value).flat().every(isStorable)) throw new BrokenInput(parameter, 'an object of texts, as {"key": "value"}', false);
  return value;
}

function fromJson(text: string): Readonly<Record<string, string>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isTexts(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((each) => typeof each === 'string');
}

/** PostgreSQL compares no other text. */
function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function fromPython(text: string): Readonly<Record<string, string>> | undefined {
  if (!pythonDict.test(text)) return undefined;
  const texts = [...text.matchAll(pythonString)].map(([quoted]) => quoted.slice(1, -1).replaceAll(/\\(.)/g, '$1'));
  return Object.fromEntries(texts.flatMap((key, index) => (index % 2 === 0 ? [[key, texts[index + 1] ?? '']] : [])));
}
