/** The router of the libraries, driven by Grafana's location service. */
import { locationService, LocationServiceProvider } from '@grafana/runtime';
import { type ReactNode, useLayoutEffect, useState } from 'react';
import { type Location, Router } from 'react-router-dom';

export function LocationRouter({ children }: { children: ReactNode }) {
  const [location, setLocation] = useState<Location>(() => locationService.getLocation() as Location);
  useLayoutEffect(() => locationService.getHistory().listen((changed) => setLocation(changed as Location)), []);
  return (
    <Router location={location} navigator={locationService.getHistory()}>
      <LocationServiceProvider service={locationService}>{children}</LocationServiceProvider>
    </Router>
  );
}
