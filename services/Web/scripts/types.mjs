// Makes the types of the API from the OpenAPI document: openapi.json of the gateway that has just been built.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const document = process.env.QUDAO_OPENAPI ?? new URL('../../../.artifacts/openapi.json', import.meta.url).pathname;
const types = new URL('../src/api/schema.d.ts', import.meta.url);

if (!existsSync(document)) {
  console.error(`${document} is not there. Make it with: dotnet Qudao.Gateway.dll --openapi ${document}`);
  process.exit(1);
}
// Fields that only the server sets are optional here: what the console sends back is what it read.
const made = astToString(await openapiTS(JSON.parse(await readFile(document, 'utf8')), { alphabetize: false }));
if (!existsSync(types) || (await readFile(types, 'utf8')) !== made) await writeFile(types, made);
