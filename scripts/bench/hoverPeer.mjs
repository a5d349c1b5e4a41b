// The contender of `npm run bench:hover`: transformers.js's own fill-mask pipeline in a separate
// process, called over the same kind of pipe as Masklab's model server.
import { env, pipeline } from '@huggingface/transformers';

env.allowRemoteModels = false;
const [folder, threads] = process.argv.slice(2);
const fill = await pipeline('fill-mask', folder, {
  dtype: 'fp32',
  device: 'cpu',
  session_options: { intraOpNumThreads: Number(threads), logSeverityLevel: 3 },
});
process.on('message', async ({ text, topK }) => {
  const answer = await fill(text, { top_k: topK });
  process.send(answer.map(({ token_str, score }) => ({ word: token_str, probability: score })));
});
process.once('disconnect', () => process.exit(0));
process.send('ready');
