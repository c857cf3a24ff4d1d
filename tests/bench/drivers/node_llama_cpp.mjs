// Drives the npm package node-llama-cpp, as its users do; commands and answers as in loop.py.
// Usage: node node_llama_cpp.mjs SETTINGS FOLDER_OF_THE_PACKAGE
import { createInterface } from "node:readline";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const settings = JSON.parse(process.argv[2]);
const entry = join(process.argv[3], "node_modules", "node-llama-cpp", "dist", "index.js");
const { getLlama } = await import(pathToFileURL(entry));
const llama = await getLlama({
  gpu: false, build: "never", skipDownload: true, progressLogs: false, maxThreads: settings.threads,
});
const model = await llama.loadModel({ modelPath: settings.model });
const context = await model.createContext({
  contextSize: settings.n_ctx, batchSize: settings.n_batch, threads: settings.threads, flashAttention: "auto",
});
const sequence = context.getSequence();

async function run(prompt, tokens) {
  await sequence.clearHistory();
  const began = performance.now();
  const read = model.tokenize(prompt);
  const times = [];
  for await (const _token of sequence.evaluate(read, { temperature: 0 })) {
    times.push(performance.now());
    if (times.length >= tokens) break;
  }
  return { began, read: read.length, times };
}

const say = (value) => process.stdout.write(JSON.stringify(value) + "\n");
say({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  const { began, read, times } = await run(command.prompt, command.do === "prefill" ? 1 : command.tokens);
  if (command.do === "prefill") say({ tokens: read, seconds: (times[0] - began) / 1000 });
  else say({ tokens: times.length - 1, seconds: (times.at(-1) - times[0]) / 1000 });
}
process.exit(0);
