// Plain JavaScript, so that an old Node can say what is wrong: it runs before the npm scripts that need Node 24.

const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  console.error(
    `rectune needs Node 24 or newer; this is ${process.versions.node} at ${process.execPath}. ` +
      "On Linux, `npm ci` brings one for the npm scripts; elsewhere install it from nodejs.org.",
  );
  process.exit(1);
}
