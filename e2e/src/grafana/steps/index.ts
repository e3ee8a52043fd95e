/** All steps, in the order in which they are run: what matters most comes first. */
import type { Step } from '../step';
import { accountDisabled } from './account-disabled';
import { backAndForth } from './back-and-forth';
import { clockAhead } from './clock-ahead';
import { complete } from './complete';
import { dashboards } from './dashboards';
import { edit } from './edit';
import { elevenMinutes } from './eleven-minutes';
import { emptyPanel } from './empty-panel';
import { exporterAway } from './exporter-away';
import { futureRow, futureRowLong } from './future-row';
import { hiddenTab, hiddenTabLong } from './hidden-tab';
import { idle } from './idle';
import { importByHand } from './import';
import { kills } from './kills';
import { liveRefused } from './live-refused';
import { hundreds, thousands } from './many';
import { newComponent } from './new-component';
import { newPanel } from './new-panel';
import { nothingPushed } from './nothing-pushed';
import { olderDashboard } from './older-dashboard';
import { oneStream } from './one-stream';
import { organization } from './organization';
import { otherSources } from './other-sources';
import { people } from './people';
import { phone } from './phone';
import { pushRights } from './push-rights';
import { registered } from './registered';
import { restart } from './restart';
import { suggestion } from './suggestion';
import { theme } from './theme';
import { token } from './token';
import { wrongPassword } from './wrong-password';
import { zoom } from './zoom';

export const steps: readonly Step[] = [
  registered,
  dashboards,
  complete,
  kills,
  backAndForth,
  newComponent,
  zoom,
  nothingPushed,
  emptyPanel,
  exporterAway,
  futureRow,
  hiddenTab,
  clockAhead,
  idle,
  liveRefused,
  edit,
  newPanel,
  suggestion,
  importByHand,
  olderDashboard,
  otherSources,
  people,
  pushRights,
  token,
  wrongPassword,
  accountDisabled,
  organization,
  oneStream,
  theme,
  phone,
  hundreds,
  thousands,
  restart,
  elevenMinutes,
  futureRowLong,
  hiddenTabLong,
];
