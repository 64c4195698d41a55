/** Runs at most `max` tasks at the same time, in the order given. */
export function createLimiter(max: number): <Result>(task: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      // A waiting task takes over the place, so that nobody else can slip in.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
