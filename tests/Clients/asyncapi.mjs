// Reads an AsyncAPI document with the public parser; ends with 1, and says why, unless it is sound.
//
//     node asyncapi.mjs asyncapi.json
import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';

const informational = 2;
const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], 'utf8'));
const faults = diagnostics.filter((diagnostic) => diagnostic.severity < informational);
for (const fault of faults) console.log(`${fault.code} ${fault.path.join('.')}: ${fault.message}`);
if (document === undefined || faults.length > 0) process.exit(1);
console.log(JSON.stringify({ messages: document.allMessages().length, operations: document.allOperations().length }));
