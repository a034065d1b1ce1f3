/**
 * For what is measured in milliseconds of audio: a busy machine halts everything for a moment now and then, and a fault
 * of ours comes every time. Gives the first success, or throws the last failure.
 */
export async function inOneOf<Result>(attempts: number, work: () => Promise<Result>): Promise<Result> {
  for (let left = attempts; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left <= 1) throw error;
    }
  }
}
