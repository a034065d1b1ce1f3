/** Lets others wait until something has become true, without asking again and again. */
export class Watch {
  readonly #looks = new Set<() => void>();

  changed(): void {
    for (const look of [...this.#looks]) look();
  }

  /** Resolves to true as soon as the condition holds after a change, to false if it does not within the time. */
  until(condition: () => boolean, withinMs: number): Promise<boolean> {
    if (condition()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const settle = (held: boolean) => {
        clearTimeout(timer);
        this.#looks.delete(look);
        resolve(held);
      };
      const look = () => {
        if (condition()) settle(true);
      };
      const timer = setTimeout(() => settle(false), withinMs);
      this.#looks.add(look);
    });
  }
}
