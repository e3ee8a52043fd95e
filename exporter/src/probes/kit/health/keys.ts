/** The meaning of field names in health documents of any origin. */
import { tokensOf } from './tokens';
import { statusOfWord, type HealthStatus } from './words';

export type Role =
  /** The value is the status of the map itself, or of `name` (`database_status`). */
  | { kind: 'status'; name?: string }
  /** A boolean: `healthy`, `db_connected`; `means` is the status for true. */
  | { kind: 'flag'; means: HealthStatus; name?: string; isSoft: boolean; mayCount: boolean }
  /** An HTTP status code, or a similar word. */
  | { kind: 'code' }
  /** What went wrong; says nothing when it is empty. `isOfOthers`: of some of what there is, as `dead_nodes`. */
  | { kind: 'error'; isOfOthers?: boolean }
  /** A map or list of checks by their names; `isNeeded`: of what it depends on, not of itself. */
  | { kind: 'checks'; isNeeded: boolean }
  /** May contain the actual document. */
  | { kind: 'envelope' }
  /** May contain checks, if these are recognizable. */
  | { kind: 'loose' }
  /** Any other name; `isProperty`: a boolean under it is not a check. */
  | { kind: 'other'; mayBeCheck: boolean; isProperty: boolean };

const set = (words: string) => new Set(words.split(' '));

const STATUS = set(
  'status state health condition indicator verdict outcome availability connection connectivity reachability overall statename statustext'
);
/** Before `status`, these refer to the whole: `overall_status`. */
const WHOLE = set(
  'health overall service app application system server current global aggregate general site node my the api'
);
const FLAGS = set(
  'healthy ok okay up alive ready available online operational reachable connected running success successful succeeded passed pass ' +
    'passing serving working responding responsive accessible live active started unhealthy down failed failing dead offline unavailable ' +
    'unreachable disconnected broken degraded crashed timedout error maintenance inaccessible'
);
/** For these a number may be a count: 0 listeners are connected. */
const COUNTS = set(
  'ready available online running connected success successful succeeded passed pass passing live active started serving working failed ' +
    'failing dead down offline unavailable unreachable disconnected broken degraded crashed error'
);
/** Often unrelated to health: a test mode that is not live. */
const SOFT = set('live active started running');
/** With these, a flag is a setting or history: `fail_on_error`, `update_available`, `last_failed`. */
const SETTINGS = set(
  'on if when notify alert retry ignore allow allowed log skip max min last prev previous first count num number total rate update upgrade ' +
    'version feature features auto debug test trial demo show hide use uses enable enabled disable disabled send'
);
/** Behind `status`, these do not make something else of it: `status_text`. */
const STATUS_FORMS = set('text name string word value label');
/** What follows `up` in verbs: to catch up, to back up. */
const VERBS_UP =
  /^(?:catch|back|start|set|sign|look|follow|clean|warm|ramp|spin|scal|wind|speed|top)(?:ing|ed|e|ting|ping|ning)?$/;
const CODES = set('code statuscode httpstatus httpcode httpstatuscode responsecode errorcode');
const ERRORS = set(
  'error errors exception exceptions failure failures err fault faults problems errormessage errormsg errordescription errordetails ' +
    'errordetail exceptionmessage'
);
const ENVELOPES = set('data payload response body content result d attributes report healthcheck');
const CHECKS = set(
  'dependency component check entry result service health healthcheck subsystem backend upstream resource connection module plugin server ' +
    'database provider indicator probe validation sensor integration status node shard partition replica contributor'
);
/** More of what there is several of: `offline_disks`. */
const OTHERS = set(
  'disk drive endpoint host instance member target peer broker worker site device replicas queue topic table index'
);
const LOOSE = set('info details detail summary meta extra');
/** Of another time: `previous_state`, `last_failure`; a last check is that of now. */
const FORMER = set('prev previous past old former');
const LAST_BAD = /^(?:last|recent) .*(?:failure|error|exception|outage|incident|crash|alarm)s?$/;
/** States that pass, as a yes or no: `starting`, `overloaded`. */
const PARTICIPLE = /(?:ing|ed)$/;
/** Of another time, or of no consequence. */
const MEMORIES = set(
  'last prev previous recent past old known handled ignored expected suppressed resolved max total count'
);
/** Lists of what happened, or of what is worked on. */
const HAPPENINGS = set(
  'history event incident log job task run build alert message notification user session order item schedule request causes'
);
/** Suffixes of descriptive names. */
const DESCRIBING = set(
  'name id uuid key version release level mode env environment type kind role region zone host hostname commit branch build date time ' +
    'timestamp at since url uri path tag tags message output reason description title notes summary text label author license language ' +
    'protocol scheme format update updates upgrade upgrades feature features size count total uptime duration latency ms seconds port pid links link help docs phase step stage tier plan'
);
/** A boolean under such a name is a property rather than a check: `sealed`, `read_only`, `needs_upgrade`. */
const PROPERTY_ENDS =
  /^(?:[a-z]+ed|over[a-z]+|standby|by|only|full|empty|pending|progress|enterprise|community|premium|pro|support|mode|debug|leader|master|primary|dev|test|production|demo|beta|public|private|secure|tls|ssl|auth)$/;
const PROPERTY_STARTS = set(
  'is has can may should needs need use uses allow allows requires require supports support show enable disable'
);

const known = new Map<string, Role>();
/** Cache limit: keys repeat in each document, but hostile ones must not fill the memory. */
const MOST_KNOWN = 2000;

export function roleOf(key: string): Role {
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= MOST_KNOWN) known.clear();
  const role = findRole(key);
  known.set(key, role);
  return role;
}

function findRole(key: string): Role {
  const tokens = tokensOf(key.slice(0, 80));
  const joined = tokens.join('');
  const last = tokens.at(-1) ?? '';
  if (CODES.has(joined)) return { kind: 'code' };
  if (ERRORS.has(joined)) return { kind: 'error' };
  if (STATUS.has(joined) || joined === 'result') return { kind: 'status' };
  if (tokens.length > 1 && STATUS.has(last)) {
    const name = tokens.slice(0, -1);
    return name.every((token) => WHOLE.has(token)) ? { kind: 'status' } : { kind: 'status', name: name.join('_') };
  }
  if (tokens.length > 1 && STATUS.has(tokens[0] ?? '') && STATUS_FORMS.has(last)) return { kind: 'status' };
  if (tokens.some((token) => FORMER.has(token)) || LAST_BAD.test(tokens.join(' '))) return DESCRIPTION;
  const flag = findFlag(tokens);
  if (flag) return flag;
  if (ENVELOPES.has(joined)) return { kind: 'envelope' };
  if (LOOSE.has(joined)) return { kind: 'loose' };
  const singular = last.replace(/ies$/, 'y').replace(/(?<=[^s])s$/, '');
  if (isOfOthers(tokens, last, singular)) return { kind: 'error', isOfOthers: true };
  if (HAPPENINGS.has(singular) || HAPPENINGS.has(last)) return DESCRIPTION;
  if (CHECKS.has(singular) || CHECKS.has(last)) return { kind: 'checks', isNeeded: singular === 'dependency' };
  const isProperty = PROPERTY_ENDS.test(last) || PROPERTY_STARTS.has(tokens[0] ?? '');
  return { kind: 'other', mayBeCheck: !DESCRIBING.has(last) && tokens.length > 0, isProperty };
}

/** `dead_nodes`, `init_failures`; not `last_errors`. */
function isOfOthers([first = '', ...rest]: readonly string[], last: string, singular: string): boolean {
  if (rest.length === 0 || last === singular || [first, ...rest].some((token) => MEMORIES.has(token))) return false;
  if (ERRORS.has(last)) return true;
  const isBad = FLAGS.has(first) && statusOfWord(first) === 'unhealthy';
  return isBad && rest.length === 1 && (CHECKS.has(singular) || OTHERS.has(singular));
}

/** Says nothing of health. */
const DESCRIPTION: Role = { kind: 'other', mayBeCheck: false, isProperty: true };

function findFlag(tokens: readonly string[]): Role | undefined {
  const named = tokens[0] === 'is' || tokens[0] === 'has' || tokens[0] === 'are' ? tokens.slice(1) : tokens;
  const words = named.at(-2) === 'maintenance' && named.at(-1) === 'mode' ? named.slice(0, -1) : named;
  const [before, last] = [words.at(-2) ?? '', words.at(-1) ?? ''];
  const [word, length] = FLAGS.has(before + last) ? [before + last, 2] : [last, 1];
  const isState = words.length === 1 && PARTICIPLE.test(word) && statusOfWord(word) !== 'healthy';
  const means = FLAGS.has(word) || isState ? statusOfWord(word) : undefined;
  if (means === undefined) return undefined;
  if (word === 'up' && VERBS_UP.test(before)) return DESCRIPTION;
  const denied = words.at(-length - 1) === 'not';
  const name = words.slice(0, denied ? -length - 1 : -length);
  if (name.some((token) => SETTINGS.has(token))) return DESCRIPTION;
  return {
    kind: 'flag',
    means: denied ? (means === 'healthy' ? 'unhealthy' : 'healthy') : means,
    ...(name.length > 0 && !name.every((token) => WHOLE.has(token)) && { name: name.join('_') }),
    isSoft: SOFT.has(word),
    mayCount: COUNTS.has(word),
  };
}
