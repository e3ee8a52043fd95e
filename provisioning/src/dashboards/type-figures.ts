/** The figures that only one type of component has. */

interface Panel {
  title: string;
  description: string;
  unit: string;
  /** Legends by what is appended to the row's prefix; of a moment to come the time until then is shown. */
  series: Record<string, string>;
}

interface TypeRow {
  title: string;
  /** `component_<probe>_` */
  prefix: string;
  panels: Panel[];
}

export const TYPE_ROWS: TypeRow[] = [
  {
    title: 'PostgreSQL',
    prefix: 'component_postgresql_',
    panels: [
      {
        title: 'Connections',
        description: 'At the limit nobody new gets in.',
        unit: 'none',
        series: {
          connections: 'open',
          connections_max: 'limit',
        },
      },
      {
        title: 'Longest transaction, replication lag',
        description: 'A transaction that stays open holds locks and keeps dead rows alive.',
        unit: 's',
        series: {
          longest_transaction_seconds: 'longest transaction',
          replication_lag_seconds: 'replication lag',
        },
      },
      {
        title: 'Database size',
        description: 'Of the database that is connected to.',
        unit: 'bytes',
        series: { database_size_bytes: 'size' },
      },
    ],
  },
  {
    title: 'Redis',
    prefix: 'component_redis_',
    panels: [
      {
        title: 'Memory',
        description: 'At the limit keys are evicted or writes refused.',
        unit: 'bytes',
        series: {
          memory_bytes: 'used',
          memory_max_bytes: 'limit',
        },
      },
      {
        title: 'Operations and clients',
        description: 'Operations per second, and connected clients.',
        unit: 'none',
        series: {
          operations_per_second: 'operations/s',
          clients: 'clients',
        },
      },
      {
        title: 'Hit ratio',
        description: 'Share of the reads that found their key.',
        unit: 'percentunit',
        series: { hit_ratio: 'hits' },
      },
    ],
  },
  {
    title: 'RabbitMQ',
    prefix: 'component_rabbitmq_',
    panels: [
      {
        title: 'Messages',
        description: 'A queue that grows has too few consumers, or none.',
        unit: 'none',
        series: {
          messages_ready: '{{queue}} ready',
          messages_unacknowledged: '{{queue}} unacknowledged',
        },
      },
      {
        title: 'Consumers',
        description: 'Of each queue.',
        unit: 'none',
        series: { consumers: '{{queue}}' },
      },
      {
        title: 'Alarms',
        description: 'While one is on, the broker takes no messages.',
        unit: 'none',
        series: {
          alarms: '{{resource}}',
          publishers_blocked: 'publishers blocked',
          partitions: 'partitions',
        },
      },
    ],
  },
  {
    title: 'Celery',
    prefix: 'component_celery_',
    panels: [
      {
        title: 'Workers',
        description: 'Those that answer, and those that are wanted.',
        unit: 'none',
        series: {
          workers: 'answer',
          workers_min: 'wanted',
          workers_silent: 'silent',
        },
      },
      {
        title: 'Tasks',
        description: 'In work, and waiting.',
        unit: 'none',
        series: {
          tasks_active: 'active',
          queue_messages: '{{queue}} waiting',
        },
      },
      {
        title: 'Age of the oldest heartbeat',
        description: 'Workers send one every two seconds.',
        unit: 's',
        series: { heartbeat_age_seconds: 'age' },
      },
    ],
  },
  {
    title: 'MinIO',
    prefix: 'component_minio_',
    panels: [
      {
        title: 'Buckets',
        description: 'Those that were found, and those that should be there and are not.',
        unit: 'none',
        series: {
          buckets: 'found',
          buckets_missing: 'missing',
        },
      },
      {
        title: 'Drives',
        description: 'Where the account may read the metrics of MinIO.',
        unit: 'none',
        series: {
          drives: 'all',
          drives_offline: 'offline',
        },
      },
      {
        title: 'Write quorum',
        description: '1 while there is one; without it no object can be stored.',
        unit: 'none',
        series: { write_quorum: 'quorum' },
      },
    ],
  },
  {
    title: 'Services',
    prefix: 'component_http_',
    panels: [
      {
        title: 'Its own dependencies',
        description: 'As its health page says: 1 works, 0 does not.',
        unit: 'none',
        series: { dependency_up: '{{dependency}}' },
      },
      {
        title: 'HTTP status',
        description: 'Code of the last answer.',
        unit: 'none',
        series: { status_code: 'code' },
      },
      {
        title: 'Uptime',
        description: 'As it says itself; falls to 0 at a restart.',
        unit: 's',
        series: { uptime_seconds: 'uptime' },
      },
    ],
  },
  {
    title: 'Receivers',
    prefix: 'component_websdr_',
    panels: [
      {
        title: 'Listeners',
        description: 'At the limit nobody new can tune in.',
        unit: 'none',
        series: {
          users: 'now',
          users_max: 'limit',
        },
      },
    ],
  },
  {
    title: 'Models',
    prefix: 'component_model_',
    panels: [
      {
        title: 'Accuracy and cache',
        description: 'Shares from 0 to 1.',
        unit: 'percentunit',
        series: {
          accuracy_ratio: 'accuracy',
          cache_hit_ratio: 'cache hits',
        },
      },
      {
        title: 'Latency',
        description: 'Of 95 % of the predictions, as the model service measures it.',
        unit: 's',
        series: { latency_p95_seconds: 'p95' },
      },
      {
        title: 'Predictions',
        description: 'Since the service began, by result.',
        unit: 'none',
        series: { predictions: '{{result}}' },
      },
    ],
  },
  {
    title: 'TLS',
    prefix: 'component_tcp_',
    panels: [
      {
        title: 'Certificate',
        description: 'Time until it expires.',
        unit: 's',
        series: { certificate_expiry_timestamp_seconds: 'left' },
      },
    ],
  },
];
