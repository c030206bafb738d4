/** Where workers say what people should know; a logger of pino fits. Fields never carry credentials. */
export interface WorkerLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
