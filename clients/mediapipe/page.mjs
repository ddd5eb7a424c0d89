// Answers texts with .tflite files in MediaPipe's text tasks (WebAssembly), in a browser.
//
// GET /question: {"kind": "classify" | "embed", "file": url, "texts": [...]}, or nothing at the end.
// POST /answer: {"answers": a list of numbers a text, in the order of the output}, or {"error"}.
import { FilesetResolver, TextClassifier, TextEmbedder } from './node_modules/@mediapipe/tasks-text/text_bundle.mjs';

const runtime = await FilesetResolver.forTextTasks('./node_modules/@mediapipe/tasks-text/wasm');

async function classified({ file, texts }) {
  const task = await TextClassifier.createFromOptions(runtime, { baseOptions: { modelAssetPath: file }, maxResults: -1 });
  const answers = texts.map((text) => {
    const numbers = [];
    for (const category of task.classify(text).classifications[0].categories) numbers[category.index] = category.score;
    return numbers;
  });
  task.close();
  return { answers };
}

async function embedded({ file, texts }) {
  const task = await TextEmbedder.createFromOptions(runtime, { baseOptions: { modelAssetPath: file } });
  const answers = texts.map((text) => Array.from(task.embed(text).embeddings[0].floatEmbedding));
  task.close();
  return { answers };
}

for (;;) {
  const response = await fetch('question');
  if (response.status !== 200) break;
  const question = await response.json();
  let answer;
  try {
    answer = await (question.kind === 'embed' ? embedded : classified)(question);
  } catch (error) {
    answer = { error: String(error?.message ?? error) };
  }
  await fetch('answer', { method: 'POST', body: JSON.stringify(answer) });
}
