/** Adds AMD to the loader by side effect; the types of SystemJS leave it out. */
declare module 'systemjs/dist/extras/amd.js';

declare module 'react-custom-scrollbars-2/lib/index.js' {
  import type { ComponentType } from 'react';

  export const Scrollbars: ComponentType;
}
