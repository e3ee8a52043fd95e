/** The meaning of field names in health documents of any origin. */
import { findFlag, type Flag, FLAGS, MEMORIES, SETTINGS, WHOLE } from './flags';
import { type Mark, markOf } from './marks';
import { tokensOf, wordSet } from './tokens';
import { statusOfWord } from './words';

export type Role =
  /** The value is the status of the map itself, or of `name` (`database_status`); `isSetting`: unless it is a yes or no (`demo_status`). */
  | { kind: 'status'; name?: string; isSetting?: boolean }
  /** A boolean: `healthy`, `db_connected`. */
  | Flag
  /** An HTTP status code, or a similar word. */
  | { kind: 'code' }
  /** What went wrong; says nothing when it is empty. `isOfOthers`: of some of what there is, as `dead_nodes`. */
  | { kind: 'error'; isOfOthers?: boolean }
  /** A list or map of conditions, each of a `type` that applies or not. */
  | { kind: 'conditions' }
  /** A list of anything, judged where its members say it in a map of their own. */
  | { kind: 'items' }
  /** A map or list of checks by their names; `isNeeded`: of what it depends on, not of itself. */
  | { kind: 'checks'; isNeeded: boolean; isProperty: boolean }
  /** May contain the actual document. */
  | { kind: 'envelope' }
  /** May contain checks, if these are recognizable. */
  | { kind: 'loose' }
  /** What is worked on, or has happened: `orders`, `tasks`; `isMany`: a map under it is about all of them. */
  | { kind: 'work'; isMany: boolean; mark: Mark }
  /**
   * Any other name; `isProperty`: a boolean under it is not a check; `enters`: a map or list under it may have parts; `isGoods`: with an id
   * it is what is worked on; `mark`: what it is in a record of business.
   */
  | { kind: 'other'; mayBeCheck: boolean; isProperty: boolean; enters: boolean; isGoods: boolean; mark: Mark };

const STATUS = wordSet(
  'status state health condition indicator verdict outcome availability connection connectivity reachability overall statename statustext'
);
/** Behind `status`, these do not make something else of it: `status_text`. */
const STATUS_FORMS = wordSet('text name string word value label');
const CODES = wordSet('code statuscode httpstatus httpcode httpstatuscode responsecode errorcode');
const ERRORS = wordSet(
  'error errors exception exceptions failure failures err fault faults problems errormessage errormsg errordescription errordetails ' +
    'errordetail exceptionmessage'
);
const ENVELOPES = wordSet('data payload response body content result d attributes report healthcheck');
const CHECKS = wordSet(
  'dependency component check entry result service health healthcheck subsystem backend upstream resource connection module plugin server ' +
    'database provider indicator probe validation sensor integration status node shard partition replica contributor'
);
/** More of what there is several of: `offline_disks`. */
const OTHERS = wordSet(
  'disk drive endpoint host instance member target peer broker worker site device replicas queue topic table index'
);
const LOOSE = wordSet('info details detail summary meta extra');
/** Of another time: `previous_state`, `last_failure`; a last check is that of now. */
const FORMER = wordSet('prev previous past old former completed finished closed archived');
const FORMER_START = /^(?:completed|finished|closed|archived)[a-z]/;
/** What ought to be, or is set: `desired_state`, `overridden_status`. */
const INTENDED = wordSet('desired expected requested wanted goal planned force initial default overridden override');
const LAST_BAD = /^(?:last|recent) .*(?:failure|error|exception|outage|incident|crash|alarm)s?$/;
/** Lists of what happened, or of what is worked on. */
const HAPPENINGS = wordSet(
  'history event incident log job task run build alert message notification user session order schedule request causes payment ' +
    'invoice purchase transaction shipment delivery suite case'
);
/** Likewise, where there are many; one of them may be the name of a service. */
const GOODS = wordSet('email mail ticket comment post article customer product player game');
/** What is under these is about settings, releases and the like, never about how it is now. */
const CLOSED = wordSet(
  'version release build commit branch tag update upgrade feature flag toggle experiment config configuration conf setting option ' +
    'preference spec param parameter arg label annotation header docs link help license author url uri path plan'
);
const VARIABLES = wordSet('env environment vars variables');
/** Suffixes of descriptive names. */
const DESCRIBING = wordSet(
  'name id uuid key version release level mode env environment type kind role region zone host hostname commit branch build date time ' +
    'timestamp at since url uri path tag tags message output reason description title notes summary text label author license language ' +
    'protocol scheme format msg comment update updates upgrade upgrades feature features size count total uptime duration latency ms seconds port pid links link help docs phase step stage tier plan'
);
/** A boolean under such a name is a property rather than a check: `sealed`, `read_only`, `needs_upgrade`. */
const PROPERTY_ENDS =
  /^(?:[a-z]+ed|[a-z]{2,}tions?|over[a-z]+|standby|by|only|full|empty|pending|progress|enterprise|community|premium|pro|support|mode|debug|leader|master|primary|lock|dev|test|production|demo|beta|experimental|public|private|secure|tls|ssl|auth)$/;
const PROPERTY_STARTS = wordSet(
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
  const [first = ''] = tokens;
  const last = tokens.at(-1) ?? '';
  if (CODES.has(joined)) return { kind: 'code' };
  if (ERRORS.has(joined)) return { kind: 'error' };
  if (STATUS.has(joined) || joined === 'result') return { kind: 'status' };
  if (last === 'conditions') return { kind: 'conditions' };
  if (last === 'items') return { kind: 'items' };
  if (isOfAnotherTime(tokens)) return DESCRIPTION;
  if (tokens.length > 1 && STATUS.has(last)) {
    const name = tokens.slice(0, -1);
    if (name.every((token) => WHOLE.has(token))) return { kind: 'status' };
    return { kind: 'status', name: name.join('_'), isSetting: name.some((token) => SETTINGS.has(token)) };
  }
  if (tokens.length > 1 && STATUS.has(first) && STATUS_FORMS.has(last)) return { kind: 'status' };
  const flag = findFlag(tokens);
  if (flag !== undefined) return flag === 'setting' ? DESCRIPTION : flag;
  if (ENVELOPES.has(joined)) return { kind: 'envelope' };
  if (LOOSE.has(joined)) return { kind: 'loose' };
  const singular = singularOf(last);
  if (isOfOthers(tokens, last, singular)) return { kind: 'error', isOfOthers: true };
  if (HAPPENINGS.has(singular) || HAPPENINGS.has(last) || (last !== singular && GOODS.has(singular)))
    return { kind: 'work', isMany: last !== singular, mark: markOf(tokens) };
  const isProperty = PROPERTY_ENDS.test(last) || PROPERTY_STARTS.has(first);
  if (CHECKS.has(singular) || CHECKS.has(last))
    return { kind: 'checks', isNeeded: singular === 'dependency', isProperty: PROPERTY_STARTS.has(first) };
  const enters = !CLOSED.has(last) && !CLOSED.has(singular) && !VARIABLES.has(joined);
  const mayBeCheck = !DESCRIBING.has(last) && tokens.length > 0;
  return { kind: 'other', mayBeCheck, isProperty, enters, isGoods: GOODS.has(last), mark: markOf(tokens) };
}

/** `connections`, not `status`. */
export function isPlural(key: string): boolean {
  const last = tokensOf(key.slice(0, 80)).at(-1) ?? '';
  return singularOf(last) !== last;
}

function singularOf(word: string): string {
  return word
    .replace(/ies$/, 'y')
    .replace(/(?<=ss|us)es$/, '')
    .replace(/(?<=[^su])s$/, '');
}

/** `previous_state`, `last_failure`, `desired_state`. */
function isOfAnotherTime(tokens: readonly string[]): boolean {
  return (
    tokens.some((token) => FORMER.has(token) || FORMER_START.test(token)) ||
    (STATUS.has(tokens.at(-1) ?? '') && tokens.some((token) => INTENDED.has(token))) ||
    /^overriddenstatus$/.test(tokens[0] ?? '') ||
    LAST_BAD.test(tokens.join(' '))
  );
}

/** `dead_nodes`, `init_failures`; not `last_errors`. */
function isOfOthers([first = '', ...rest]: readonly string[], last: string, singular: string): boolean {
  if (last === singular || [first, ...rest].some((token) => MEMORIES.has(token))) return false;
  if (last === 'alarms') return true;
  if (rest.length === 0) return false;
  if (ERRORS.has(last)) return true;
  const isBad = FLAGS.has(first) && statusOfWord(first) === 'unhealthy';
  return isBad && rest.length === 1 && (CHECKS.has(singular) || OTHERS.has(singular));
}

/** Says nothing of health. */
const DESCRIPTION: Role = {
  kind: 'other',
  mayBeCheck: false,
  isProperty: true,
  enters: false,
  isGoods: false,
  mark: undefined,
};
