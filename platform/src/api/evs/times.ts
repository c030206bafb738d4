/** `2016-05-25T02:42:10.856000`: UTC with microseconds and no zone, as EVS and Cinder write times. @param time milliseconds since the epoch */
export function timestamp(time: number): string {
  return `${new Date(time).toISOString().slice(0, -1)}000`;
}

/** `2016-03-08T07:40:13.219Z`, as the times of tasks. @param time milliseconds since the epoch */
export function taskTime(time: number): string {
  return new Date(time).toISOString();
}
