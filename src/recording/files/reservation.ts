/** What a file holds that only keeps a name for a recording. */

export function reservationMark(id: string): string {
  return `This name is reserved for the recording ${id}.\n`;
}
