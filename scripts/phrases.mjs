#!/usr/bin/env node
/**
 * Phrases that must be read twice, with the plain words of the field that say the same. Searches texts for people: Markdown,
 * sources (strings and comments), rules and manifests. Prints `file:line:column`, exits with 1 if one is found.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A space stands for any white space, also the end of a line in a comment. */
const PHRASES = [
  ['taken over (without|by a reload)|(was|is|were|being) taken over', 'applied'],
  ['mend(s|ed|ing)?', 'fix'],
  ['lets? (nobody|no one|anybody|somebody)( new)?( in)?|lets no new one in', 'accepts (no) new connections'],
  ['(calls|wakes) (somebody|someone|nobody|no one)', 'pages someone'],
  ['goes to (nobody|no one)', 'is not routed'],
  ['turned away', 'rejected'],
  ['found out within', 'detected within'],
  ['(loses|lost|finds?|found) its way', 'cannot reach, reconnects'],
  ['is old against', 'is judged against'],
  ['but it is a (text|number|map|list)', 'got text'],
  ['goes without saying|says it better', 'covers it'],
  ['no answer within', 'timed out after'],
  ["of one's own", 'your own'],
  ['(started|starts|start|begins|begun|began) anew', 'restarted'],
  ['has not the right to', 'may not'],
  ['(asked|asks) seldom|seldom asked', 'rarely'],
  ['says no( to us)?', 'rejects'],
  ['the living', 'the maintained'],
  ['no longer lets', 'no longer accepts'],
  ['breaks? (it )?off|broken off', 'abort'],
  ['what answers (is|does|speaks|begins)', 'the server'],
];

const FILES = [
  '*.md',
  '*.ts',
  '*.yml',
  '*.css',
  ':!grafana-plugin',
  ':!provisioning/src/dashboards',
  ':!*.test.ts',
  ':!docs/reliability.md',
];
const root = fileURLToPath(new URL('..', import.meta.url));
const expressions = PHRASES.map(([phrase, better]) => ({
  better,
  expression: new RegExp(`\\b(?:${phrase.replaceAll(' ', String.raw`\s+(?:(?:\*|//|#)\s+)?`)})\\b`, 'gi'),
}));

let found = 0;
for (const file of execFileSync('git', ['ls-files', '-z', ...FILES], { cwd: root, encoding: 'utf8' }).split('\0')) {
  if (file === '') continue;
  const text = readFileSync(`${root}/${file}`, 'utf8');
  for (const { expression, better } of expressions)
    for (const { 0: phrase, index } of text.matchAll(expression)) {
      found++;
      const before = text.slice(0, index).split('\n');
      const place = `${file}:${before.length}:${before.at(-1).length + 1}`;
      console.error(`${place} "${phrase.replace(/\s+/g, ' ')}": write plain words of the field, such as: ${better}`);
    }
}
if (found > 0) process.exitCode = 1;
