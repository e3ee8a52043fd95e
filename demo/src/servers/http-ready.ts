/** Whether a GET of `url` is answered with 200 to 299 within a second. */
export async function isHttpOk(url: string, headers: Record<string, string> = {}): Promise<boolean> {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(1000) });
  await response.body?.cancel();
  return response.ok;
}
