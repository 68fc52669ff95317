// A reporter whose last line is the one that `cargo xtask test` reads: `N passed, N failed`.
export default async function* report(source) {
  let passed = 0;
  let failed = 0;
  for await (const { type, data } of source) {
    if (type === "test:pass" && data.details.type !== "suite") {
      passed++;
      yield `ok      ${data.name}\n`;
    } else if (type === "test:fail" && data.details.type !== "suite") {
      failed++;
      yield `FAILED  ${data.name}\n        ${String(data.details.error?.cause?.stack ?? data.details.error).replaceAll("\n", "\n        ")}\n`;
    }
  }
  yield `${passed} passed, ${failed} failed\n`;
}
