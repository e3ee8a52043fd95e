import { writeBootData } from './environment/boot-data';

writeBootData();
void import('./app').then(({ start }) => start());
