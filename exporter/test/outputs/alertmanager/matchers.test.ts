/** Which alerts of which components a silence mutes. */
import {
  alertsText,
  compileMatcher,
  labelsOfAlerts,
  matchersBeyond,
  matchersText,
  type Matcher,
} from '../../../src/outputs/alertmanager/matchers';
import { makeTarget } from '../../probes/kit/helpers';

const redis = labelsOfAlerts(
  makeTarget('redis', {
    url: 'redis://r',
    display_name: 'Redis (sessions)',
    critical: true,
    labels: { site: 'Lugano' },
  })
);

/** From the notation of amtool. */
function matcher(text: string): Matcher {
  const [, name = '', operator = '', value = ''] = /^(\w+)(=~|!~|!=|=)(.*)$/s.exec(text) ?? [];
  return { name, value, isRegex: operator.endsWith('~'), isEqual: operator.startsWith('=') };
}
const compiled = (texts: readonly string[]) => texts.map(matcher).map(compileMatcher);

/** What is said of it: '' for all alerts of the component, `undefined` for none. */
function mutes(...texts: string[]): string | undefined {
  const beyond = matchersBeyond(compiled(texts), redis);
  return beyond && alertsText(beyond);
}

it.each([
  ['its name', ['component=redis']],
  ['its kind', ['kind=infrastructure']],
  ['its type', ['type=cache']],
  ['its name for people', ['display_name=Redis (sessions)']],
  ['a label of its own', ['site=Lugano']],
  ['several of them', ['component=redis', 'critical=true', 'site!=Berlin']],
  ['an expression', ['component=~redis|backend']],
  ['an expression with anchors', ['component=~^(?:redis|backend)$']],
  ['an expression that begins with any', ['component=~.*dis']],
  ['an expression that ends with any', ['component=~r.+']],
  ['an expression in any case', ['component=~(?i:REDIS)']],
  ['an expression in which its alternatives are not in brackets', ['component=~r.*|web']],
  ['all components', ['component=~.+', 'component!=web', 'component!~web.*']],
  ['any name of an alert', ['component=redis', 'alertname=~.+', 'severity=~.*']],
  ['an alert that has a name', ['component=redis', 'alertname!=']],
])('all alerts, by %s', (_what, texts) => expect(mutes(...texts)).toBe(''));

it.each([
  ['another name', ['component=web']],
  ['a part of its name', ['component=~red']],
  ['the end of its name', ['component=~dis']],
  ['its name in another case', ['component=~REDIS']],
  ['a name that is excluded', ['component!=redis', 'kind=infrastructure']],
  ['an expression that is excluded', ['component!~re.*', 'kind=infrastructure']],
  ['one of several', ['component=redis', 'site=Berlin']],
  ['nothing of the component', ['severity=warning']],
  ['an alert only', ['alertname=ComponentDown']],
  ['other components', ['component!=web']],
  ['a label that it does not have', ['room=kitchen']],
  ['an expression that is none', ['component=~re(dis']],
  ['an expression that RE2 does not know', ['component=~(?=r)redis']],
  ['an alert without a name', ['component=redis', 'alertname=']],
  ['an expression for an alert without a name', ['component=redis', 'alertname=~']],
  ['only empty alternatives for the name of an alert', ['component=redis', 'alertname=~|']],
  ['an expression that is too long', [`component=~${'(redis)?'.repeat(300)}`]],
])('no alert, by %s', (_what, texts) => expect(mutes(...texts)).toBeUndefined());

it.each([
  [['alertname=ComponentSlow'], 'ComponentSlow'],
  [['alertname=~ComponentSlow|ComponentFlapping'], 'ComponentSlow or ComponentFlapping'],
  [['alertname=~^(ComponentSlow|ComponentFlapping)$'], 'ComponentSlow or ComponentFlapping'],
  [['alertname=~ComponentSlow|'], 'ComponentSlow'],
  [['alertname=~Component.*'], 'alertname=~"Component.*"'],
  [['alertname!=ComponentSlow'], 'alertname!="ComponentSlow"'],
  [['alertname=ComponentSlow', 'severity=warning'], 'ComponentSlow, severity="warning"'],
  [['job=onehertz', 'instance=exporter:10111', 'cluster='], 'job="onehertz", instance="exporter:10111", cluster=""'],
  [['room=kitchen'], 'room="kitchen"'],
  [['severity=~(not(an|expression)'], 'severity=~"(not(an|expression)"'],
  [['team=\u202e"x"\u001b[31m\n'], 'team=" \\"x\\"\\u001b[31m\\n"'],
])('some alerts: %j', (texts, said) => {
  expect(mutes('component=redis', ...texts)).toBe(said);
});

it('names all matchers, in bounded length', () => {
  expect(matchersText(compiled(['component=redis', 'alertname!~A|B']))).toBe('component="redis", alertname!~"A|B"');
  expect(mutes('component=redis', `team=${'x'.repeat(500)}`)?.length).toBeLessThanOrEqual(200);
});

it('a label of a component has no effect on what Onehertz calls it', () => {
  const odd = labelsOfAlerts(makeTarget('redis', { url: 'redis://r', labels: { component: 'web' } }));
  expect(matchersBeyond(compiled(['component=web']), odd)).toBeUndefined();
});

it('takes no longer than linear time, whoever wrote the expression', () => {
  const target = labelsOfAlerts(makeTarget('redis', { url: 'redis://r', display_name: 'a'.repeat(100) }));
  const hard = ['(a+)+b', '(a|a)*b', '(a*)*b', '((a{0,30}){0,30}){0,30}b', '(.*a){20}b', `${'a?'.repeat(300)}b`];
  const begin = performance.now();
  for (const pattern of hard) expect(matchersBeyond(compiled([`display_name=~${pattern}`]), target)).toBeUndefined();
  expect(performance.now() - begin).toBeLessThan(1000);
});
