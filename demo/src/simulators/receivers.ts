/** The seven fictional receivers of the demo, at real places. */

export type Software = 'openwebrx' | 'kiwisdr' | 'plain';

export interface Receiver {
  /** `websdr-1`; the name used by the runner and the configuration. */
  name: string;
  software: Software;
  version: string;
  title: string;
  location: string;
  latitude: number;
  longitude: number;
  /** Above sea level, in metres. */
  altitude: number;
  antenna: string;
  /** Centre frequencies and their names. */
  profiles: { name: string; centerHz: number }[];
  maxUsers: number;
}

export const RECEIVERS: readonly Receiver[] = [
  {
    name: 'websdr-1',
    software: 'openwebrx',
    version: 'v0.20.0-dev',
    title: 'Giaveno VHF',
    location: 'Giaveno, Italy',
    latitude: 45.0423,
    longitude: 7.3517,
    altitude: 506,
    antenna: 'Discone',
    profiles: [
      { name: '2 m', centerHz: 145_000_000 },
      { name: '70 cm', centerHz: 434_000_000 },
    ],
    maxUsers: 10,
  },
  {
    name: 'websdr-2',
    software: 'openwebrx',
    version: 'v1.2.2',
    title: 'Montanaro UHF',
    location: 'Montanaro, Italy',
    latitude: 45.2334,
    longitude: 7.8575,
    altitude: 209,
    antenna: 'Collinear',
    profiles: [{ name: '70 cm', centerHz: 434_000_000 }],
    maxUsers: 20,
  },
  {
    name: 'websdr-3',
    software: 'openwebrx',
    version: 'v0.20.0-dev',
    title: 'Torino Hill',
    location: 'Torino, Italy',
    latitude: 45.0342,
    longitude: 7.727,
    altitude: 715,
    antenna: 'Vertical dipole',
    profiles: [
      { name: '4 m', centerHz: 70_200_000 },
      { name: '2 m', centerHz: 145_000_000 },
    ],
    maxUsers: 8,
  },
  {
    name: 'websdr-4',
    software: 'kiwisdr',
    version: '1.690',
    title: 'Coazze 0-30 MHz',
    location: 'Coazze, Italy',
    latitude: 45.0503,
    longitude: 7.3026,
    altitude: 747,
    antenna: 'Active loop',
    profiles: [{ name: 'HF', centerHz: 15_000_000 }],
    maxUsers: 4,
  },
  {
    name: 'websdr-5',
    software: 'kiwisdr',
    version: '1.690',
    title: 'Passo dei Giovi 0-30 MHz',
    location: 'Passo dei Giovi, Italy',
    latitude: 44.5617,
    longitude: 8.9439,
    altitude: 472,
    antenna: 'Long wire 41 m',
    profiles: [{ name: 'HF', centerHz: 15_000_000 }],
    maxUsers: 8,
  },
  {
    name: 'websdr-6',
    software: 'plain',
    version: '',
    title: 'Genova Harbour',
    location: 'Genova, Italy',
    latitude: 44.4056,
    longitude: 8.9463,
    altitude: 19,
    antenna: 'Marine whip',
    profiles: [{ name: 'Marine VHF', centerHz: 157_000_000 }],
    maxUsers: 30,
  },
  {
    name: 'websdr-7',
    software: 'plain',
    version: '',
    title: 'Milano Baggio',
    location: 'Milano, Italy',
    latitude: 45.4613,
    longitude: 9.0878,
    altitude: 122,
    antenna: 'Mini-Whip',
    profiles: [{ name: '40 m', centerHz: 7_100_000 }],
    maxUsers: 50,
  },
];
