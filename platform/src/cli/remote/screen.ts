/** What fits on a terminal. */

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Lines of `text` that fit below each other without scrolling; of more than that the first ones, how many are left out, and the last, which sums up. */
export function onScreen(text: string, { columns, rows }: ScreenSize): string {
  const lines = text.replace(/\n$/, '').split('\n').map((line) => cut(line, columns));
  // The last row is left to the cursor.
  const room = Math.max(3, rows - 1);
  if (lines.length <= room) return asText(lines);
  const shown = lines.slice(0, room - 2);
  return asText([...shown, cut(`… ${lines.length - room + 1} more lines: make the window higher, or ask for fewer`, columns), ...lines.slice(-1)]);
}

/** To so many characters, the last of which says that there were more. */
export function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  const characters = Array.from(graphemes.segment(text), ({ segment }) => segment);
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

const graphemes = new Intl.Segmenter();

function asText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

export interface Column {
  readonly heading: string;
  readonly cells: readonly string[];
  /** Where there is no room for all columns, the one with the lowest number goes first; those without one stay. */
  readonly leave?: number;
  /** Its cells are cut, to what can still be read before a column goes, and further when none is left to go. */
  readonly shrink?: true;
}

const gap = 2;
const readable = 24;
const narrowest = 7;

/** @param width undefined: there is room for all */
export function columnsThatFit(columns: readonly Column[], width: number | undefined): readonly Column[] {
  if (width === undefined || widthOf(columns) <= width) return columns;
  const cutDown = shrunk(columns, width, readable);
  if (widthOf(cutDown) <= width) return cutDown;
  const [next] = columns.filter(({ leave }) => leave !== undefined).sort((a, b) => (a.leave ?? 0) - (b.leave ?? 0));
  return next === undefined ? shrunk(columns, width, narrowest) : columnsThatFit(columns.filter((column) => column !== next), width);
}

/** As far as is needed, one column after the other. */
function shrunk(columns: readonly Column[], width: number, least: number): readonly Column[] {
  return columns.reduce<readonly Column[]>((soFar, column) => {
    const excess = widthOf(soFar) - width;
    if (column.shrink !== true || excess <= 0) return soFar;
    const most = Math.max(least, cellWidth(column) - excess);
    return soFar.map((each) => (each === column ? { ...column, cells: column.cells.map((cell) => cut(cell, most)) } : each));
  }, columns);
}

function widthOf(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + cellWidth(column) + gap, -gap);
}

function cellWidth({ heading, cells }: Column): number {
  return Math.max(heading.length, ...cells.map(({ length }) => length));
}
