/** The machine file of a point put together, and the commands that run it: here as in the page's script, so without YAML's package. */

/** One section of the file, and its lines of `sources`. */
export interface SectionTexts {
  readonly values: string;
  readonly sources: string;
}

/** @param head schema and, where the base machine is a shipped one, `extends` */
export function machineText(
  head: string,
  name: string,
  description: string,
  sections: readonly SectionTexts[],
): string {
  const lines = sections.flatMap(({ sources }) => sources.split('\n')).filter((line) => line !== '');
  const sources = lines.length === 0 ? '' : `sources:\n${lines.map((line) => `  ${line}\n`).join('')}`;
  const values = sections.map((section) => section.values).join('');
  // A text of JSON is one of YAML.
  return `${head}name: ${name}\ndescription: ${JSON.stringify(description)}\n${values}${sources}`;
}

/** The command that simulates a machine file on a trace and writes its report. */
export function simulateCommand(trace: string, file: string, out: string): string {
  return `tritsim simulate --trace ${word(trace)} --hw ${word(file)} --out ${word(out)}`;
}

/** A word of a POSIX shell that means the text, and that no command takes for an option. */
function word(text: string): string {
  const path = text.startsWith('-') ? `./${text}` : text;
  return /^[\w./:@%+=,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
