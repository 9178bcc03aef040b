// Whether an address sends what it is given over a network in the open.

/** The host that an http address away from this machine goes to; null where it is https or loopback. */
export function plainHttpHost(url: string): string | null {
  const { protocol, hostname } = new URL(url);
  const isLoopback =
    hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  return protocol === "http:" && !isLoopback ? hostname : null;
}
