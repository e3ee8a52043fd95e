/** Display names, derived from the names of components. */

/** Words with a special spelling. */
const WORDS: Record<string, string> = {
  ai: 'AI',
  api: 'API',
  cdn: 'CDN',
  clickhouse: 'ClickHouse',
  db: 'DB',
  dns: 'DNS',
  elasticsearch: 'Elasticsearch',
  ftp: 'FTP',
  grpc: 'gRPC',
  http: 'HTTP',
  https: 'HTTPS',
  id: 'ID',
  imap: 'IMAP',
  kiwisdr: 'KiwiSDR',
  ldap: 'LDAP',
  minio: 'MinIO',
  ml: 'ML',
  mqtt: 'MQTT',
  mysql: 'MySQL',
  openwebrx: 'OpenWebRX',
  postgres: 'PostgreSQL',
  postgresql: 'PostgreSQL',
  rabbitmq: 'RabbitMQ',
  s3: 'S3',
  sdr: 'SDR',
  smtp: 'SMTP',
  sql: 'SQL',
  ssh: 'SSH',
  tcp: 'TCP',
  ui: 'UI',
  vpn: 'VPN',
  websdr: 'WebSDR',
};

/** `postgresql` → `PostgreSQL`, `model_info` → `Model info`, `websdr-milano-2` → `WebSDR Milano 2`. */
export function displayName(name: string): string {
  // underscores join the words of one term, hyphens separate the parts of a name
  return name
    .split('-')
    .filter((part) => part !== '')
    .map((part) =>
      part
        .split('_')
        .filter((word) => word !== '')
        .map((word, index) => (Object.hasOwn(WORDS, word) ? WORDS[word]! : index === 0 ? capital(word) : word))
        .join(' ')
    )
    .join(' ');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
