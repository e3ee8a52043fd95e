/** Whether a GET of `url` returns a 2xx status within a second. */
export async function isHttpOk(url: string, headers: Record<string, string> = {}): Promise<boolean> {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(1000) });
  await response.body?.cancel();
  return response.ok;
}
