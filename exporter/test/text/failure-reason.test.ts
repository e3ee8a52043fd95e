import { FAILURE_REASONS, type FailureReason } from '@onehertz/contract';
import { CLOSED_UNANSWERED, NoAnswer, Rejection } from '../../src/text/errors';
import { reasonOf, reasonOfStatus, reworded, withReason } from '../../src/text/failure-reason';

const coded = (code: string, more: object = {}) => Object.assign(new Error('any words at all'), { code, ...more });
const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });

test.each<[unknown, FailureReason]>([
  [coded('ECONNREFUSED'), 'refused'],
  [new Error('outside', { cause: coded('ECONNREFUSED') }), 'refused'],
  [new AggregateError([coded('ENETUNREACH'), coded('ECONNREFUSED')]), 'refused'],
  [coded('EHOSTUNREACH'), 'unreachable'],
  [coded('ENOTFOUND'), 'dns'],
  [coded('EAI_AGAIN'), 'dns'],
  [coded('ECONNRESET'), 'closed'],
  [new Error(CLOSED_UNANSWERED), 'closed'],
  [coded('ETIMEDOUT'), 'timeout'],
  [new NoAnswer('silence'), 'timeout'],
  [new DOMException('late', 'TimeoutError'), 'timeout'],
  [coded('EMFILE'), 'exporter'],
  [coded('CERT_HAS_EXPIRED'), 'tls'],
  [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'tls'],
  [coded('ERR_SSL_WRONG_VERSION_NUMBER'), 'tls'],
  [coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'tls'],
  [coded('HPE_INVALID_CONSTANT'), 'protocol'],
  [coded('28P01', { severity: 'FATAL' }), 'auth'],
  [new Rejection('said in other words', { cause: coded('28000', { severity: 'FATAL' }) }), 'auth'],
  [coded('42501', { severity: 'ERROR' }), 'permission'],
  [coded('57P03', { severity: 'FATAL' }), 'reported'],
  [coded('3D000', { severity: 'FATAL' }), 'rejected'],
  [reply('WRONGPASS invalid username-password pair'), 'auth'],
  [reply('NOPERM this user has no permissions'), 'permission'],
  [reply('LOADING Redis is loading'), 'reported'],
  [reply('ERR unknown command'), 'rejected'],
  [coded('AccessDenied'), 'permission'],
  [coded('SignatureDoesNotMatch'), 'auth'],
  [new Rejection('no'), 'rejected'],
  [new Error('no'), 'other'],
  ['a text that was thrown', 'other'],
  [undefined, 'other'],
])('%s', (error, reason) => {
  expect(reasonOf(error)).toBe(reason);
  // however it is worded, and wherever it is passed on
  expect(reasonOf(new Error('wrapped', { cause: reworded(new Error('x'), error) }))).toBe(reason);
});

test('what is known better than by the code counts, and a circle of causes ends', () => {
  expect(reasonOf(withReason(coded('ECONNRESET'), 'tls'))).toBe('tls');
  const circle = new Error('a');
  circle.cause = new Error('b', { cause: circle });
  expect(reasonOf(circle)).toBe('other');
});

test('codes of HTTP', () => {
  const found = [301, 400, 401, 403, 404, 429, 500, 503, 599, 700].map(reasonOfStatus);
  expect(found).toEqual(
    ['other', 'http_4xx', 'auth', 'permission', 'http_4xx', 'http_4xx', 'http_5xx', 'http_5xx', 'http_5xx', 'other'] // prettier-ignore
  );
  expect(Object.keys(FAILURE_REASONS)).toEqual(expect.arrayContaining(found));
});
