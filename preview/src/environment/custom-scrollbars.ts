/** Stands in for the package's CommonJS form, whose default export @grafana/ui's ES modules do not find when bundled. */
import { Scrollbars } from 'react-custom-scrollbars-2/lib/index.js';

export * from 'react-custom-scrollbars-2/lib/index.js';
export default Scrollbars;
