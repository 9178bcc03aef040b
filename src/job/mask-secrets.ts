// Takes secrets out of text that came from outside before it is kept or shown: an answer may repeat the key it was asked
// with. Providers mask what they make themselves; this is the net below them.

const secretName = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/i;

/** `text` with every value of an environment variable that is named like a secret replaced by `***`. */
export function maskSecrets(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const secrets = Object.entries(env).flatMap(([name, value]) =>
    // Shorter values would take away ordinary words.
    secretName.test(name) && value !== undefined && value.length >= 8 ? [value] : [],
  );
  // Longest first: one secret may be the beginning of another.
  return secrets
    .toSorted((a, b) => b.length - a.length)
    .reduce((masked, secret) => masked.replaceAll(secret, "***"), text);
}
