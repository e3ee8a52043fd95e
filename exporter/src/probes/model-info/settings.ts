/** The settings of the probe of models in service. */
import { httpFields, httpOptions } from '../http-client/settings';
import type { TargetOf } from '../target';

export const fields = { ...httpFields('The model-info endpoint, with its path.'), ...httpOptions };

export type ModelInfoTarget = TargetOf<'model_info', typeof fields>;
