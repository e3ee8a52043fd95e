declare module 'logfmt' {
  export function stringify(data: Record<string, unknown>): string;
}
