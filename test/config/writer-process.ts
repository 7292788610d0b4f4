import { writeEntry } from './write-entry.ts';

/**
 * A process of its own for the tests: `node … <file> <entry> [<step>]` sets one entry, and kills itself with SIGKILL
 * right before the file operation number <step>, when there are as many.
 */
const [path = '', entry = '', stopBefore = '0'] = process.argv.slice(2);
let steps = 0;

await writeEntry(path, entry, () => {
  steps += 1;
  if (steps === Number(stopBefore)) process.kill(process.pid, 'SIGKILL');
});
process.stdout.write(String(steps));
