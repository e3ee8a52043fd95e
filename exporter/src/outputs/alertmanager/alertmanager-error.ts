import { OutputError } from '../output-error';

/** Why Alertmanager did not do what it was asked for. */
export class AlertmanagerError extends OutputError {
  override readonly name = 'AlertmanagerError';
}
