// What one example scored, and the means of that over each user's rows: users are the unit of every statistic, so several
// rows of one user weigh as one (a cluster).

import type { Example } from "../../dataset/task/types.ts";

/** One number a user, users ascending. */
export type PerUser = { users: string[]; values: Float64Array };

export type RowScore = { example: Example; metrics: Record<string, number> };

/** Means over each user's rows, by metric. */
export function meanByUser(rows: readonly RowScore[]): Record<string, PerUser> {
  const sums = new Map<string, Map<string, { sum: number; count: number }>>();
  for (const { example, metrics: values } of rows) {
    for (const [name, value] of Object.entries(values)) {
      let users = sums.get(name);
      if (!users) sums.set(name, (users = new Map()));
      const held = users.get(example.user) ?? { sum: 0, count: 0 };
      users.set(example.user, { sum: held.sum + value, count: held.count + 1 });
    }
  }
  return Object.fromEntries(
    Array.from(sums, ([name, byUser]) => {
      const users = Array.from(byUser.keys()).sort();
      const values = users.map((user) => byUser.get(user)!.sum / byUser.get(user)!.count);
      return [name, { users, values: Float64Array.from(values) }];
    }),
  );
}

/** One user's number each, users brought into ascending order. */
export function sortUsers({ users, values }: PerUser): PerUser {
  const order = users.map((_, i) => i).sort((a, b) => (users[a]! < users[b]! ? -1 : 1));
  return {
    users: order.map((i) => users[i]!),
    values: Float64Array.from(order, (i) => values[i]!),
  };
}

/** Language of an example, from its wording id `<task>/<lang>/<wording>@<version>`. */
export function langOf(example: Example): string {
  return example.wording.split("/")[1] ?? "en";
}
