/** Every port of the stack: whose it is, its usual number and the variable by which another one is asked for. */
export const PORTS = {
  temporal: { engine: 'temporal', usual: 7233, variable: 'PINFLOW_TEMPORAL_PORT' },
  temporalHttp: { engine: 'temporal', usual: 7243, variable: 'PINFLOW_TEMPORAL_HTTP_PORT' },
  temporalUi: { engine: 'temporal', usual: 8233, variable: 'PINFLOW_TEMPORAL_UI_PORT' },
  s3: { engine: 's3', usual: 7070, variable: 'PINFLOW_S3_PORT' },
  kafka: { engine: 'kafka', usual: 9092, variable: 'PINFLOW_KAFKA_PORT' },
  kafkaController: { engine: 'kafka', usual: undefined, variable: undefined },
  kinesis: { engine: 'kinesis', usual: 4568, variable: 'PINFLOW_KINESIS_PORT' },
  databricks: { engine: 'databricks', usual: 8090, variable: 'PINFLOW_DATABRICKS_PORT' },
  gateway: { engine: 'gateway', usual: 8082, variable: 'PINFLOW_GATEWAY_PORT' },
  gatewayMetrics: { engine: 'gateway', usual: 8083, variable: 'PINFLOW_GATEWAY_METRICS_PORT' },
} as const;

export type PortName = keyof typeof PORTS;
export type StackPorts = Readonly<Record<PortName, number>>;

export const PORT_NAMES = Object.keys(PORTS) as PortName[];
