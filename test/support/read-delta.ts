import { fileURLToPath } from 'node:url';
import { runCommand } from './processes.ts';
import { readToolchain } from './read-toolchain.ts';

/** Reads a Delta table by its own rules: the files that the log has added and not removed. */
const SOURCE = `
import json, pathlib, re, sys, urllib.parse
import pyarrow.parquet as parquet

table, columns = pathlib.Path(sys.argv[1]), sys.argv[2:]
files = {}
for commit in sorted((table / "_delta_log").glob("*.json")) if table.exists() else ():
    if not re.fullmatch(r"\\d{20}\\.json", commit.name):
        continue
    for action in map(json.loads, commit.read_text().splitlines()):
        if "add" in action:
            if action["add"].get("deletionVector"):
                sys.exit(f"{table} has deletion vectors, which this reader does not know")
            files[action["add"]["path"]] = True
        if "remove" in action:
            files.pop(action["remove"]["path"], None)
rows = []
for name in files:
    rows += parquet.read_table(table / urllib.parse.unquote(name), columns=columns).to_pylist()
print(json.dumps(rows, default=str))
`;

/** The rows of a Delta table, without the Spark that has written it. A table that does not exist has none. */
export async function readDelta<Column extends string>(
  tableUri: string,
  columns: readonly Column[],
): Promise<Record<Column, unknown>[]> {
  const args = ['-c', SOURCE, fileURLToPath(tableUri), ...columns];
  const { code, stdout, stderr } = await runCommand(readToolchain().python, args);
  if (code !== 0) throw new Error(`reading "${tableUri}": ${stderr}`);
  return JSON.parse(stdout) as Record<Column, unknown>[];
}
