// A script of its own on the page (see src/http/landing-page.ts).
declare const morphdom: typeof import('morphdom').default;
