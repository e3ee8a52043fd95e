/** The dashboards that the preview's server found. */
import type { ClassicDashboard } from '../dashboard/classic';

export interface DashboardEntry {
  uid: string;
  title: string;
}

export function listDashboards(): Promise<DashboardEntry[]> {
  return getJson<DashboardEntry[]>('/api/preview/dashboards');
}

export function readDashboard(uid: string): Promise<ClassicDashboard> {
  return getJson<ClassicDashboard>(`/api/preview/dashboards/${encodeURIComponent(uid)}`);
}

async function getJson<T>(path: string): Promise<T> {
  const response = await fetch(path);
  const body = (await response.json()) as T & { message?: string };
  if (!response.ok) throw new Error(body.message ?? `${path}: ${response.status}`);
  return body;
}
