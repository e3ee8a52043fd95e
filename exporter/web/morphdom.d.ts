// A separate script on the page (see src/http/landing-page.ts).
import type morphdomFunction from 'morphdom';

declare global {
  const morphdom: typeof morphdomFunction;
}
