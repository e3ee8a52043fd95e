/** The settings of the probe of web receivers. */
import { z } from 'zod';
import { httpFields, httpOptions } from '../http-client/settings';
import type { TargetOf } from '../target';

export const fields = {
  ...httpFields('Base address of the receiver.'),
  software: z
    .enum(['auto', 'openwebrx', 'kiwisdr', 'http'])
    .default('auto')
    .describe('`auto` tries OpenWebRX, KiwiSDR, then plain HTTP.'),
  ...httpOptions,
};

export type WebsdrTarget = TargetOf<'websdr', typeof fields>;
