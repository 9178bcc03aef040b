// Shell lines that show how a tuned model is asked. Keys stay in the environment, by name.

/** A word that the shell takes as it is. */
export function quoteWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The call of a chat completion below an API's root. */
export function askLines(baseUrl: string, keyEnv: string, model: string): string[] {
  const body = { model, messages: [{ role: "user", content: "…" }] };
  return [
    `curl ${baseUrl}/chat/completions \\`,
    `  -H "Authorization: Bearer $${keyEnv}" -H "Content-Type: application/json" \\`,
    `  -d ${quoteWord(JSON.stringify(body))}`,
  ];
}
