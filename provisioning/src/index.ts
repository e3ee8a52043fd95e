export { localAlertmanagerConfig, localPrometheusConfig, type LocalPrometheusAddresses } from './local';
