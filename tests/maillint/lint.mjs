// Prints what mail programs cannot show of each mail in a folder: a JSON object a line, {"file", "feature", "clients"}.
import { readFileSync, readdirSync } from "node:fs";
import { caniemail } from "caniemail";

const [folder, ...clients] = process.argv.slice(2);
for (const file of readdirSync(folder).filter((name) => name.endsWith(".html")).sort()) {
  const { issues } = caniemail({ clients, html: readFileSync(`${folder}/${file}`, "utf8") });
  const found = {};
  for (const [client, faults] of issues.errors) for (const { title } of faults) (found[title] ??= new Set()).add(client);
  for (const [feature, where] of Object.entries(found)) console.log(JSON.stringify({ file, feature, clients: [...where].sort() }));
}
