// Validates XML files against a schema: node validate.mjs SCHEMA FILE...
// Prints what is wrong, and for each file whether it is valid.
import { readFileSync } from "node:fs";
import { validateXML } from "xmllint-wasm";

const [schema, ...files] = process.argv.slice(2);
for (const file of files) {
  const { valid, rawOutput } = await validateXML({
    xml: [{ fileName: file, contents: readFileSync(file, "utf8") }],
    schema: [readFileSync(schema, "utf8")],
    initialMemoryPages: 4096,
    maxMemoryPages: 16384,
  });
  if (!valid) console.error(rawOutput);
  console.log(`${valid ? "valid" : "invalid"} ${file}`);
}
