/** The rows of the matrix, of all probes. */
import { ALL_CHECKS } from '../probes/kit/checks';

export const FAULT_ROWS = ALL_CHECKS.flatMap(([, { faults }]) => faults);
