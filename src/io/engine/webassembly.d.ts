/** What TypeScript has in its DOM library only; Node has it as browsers do. */
declare namespace WebAssembly {
  // oxlint-disable-next-line typescript/no-empty-object-type -- opaque
  interface Module {}
  function compile(bytes: Uint8Array): Promise<Module>;
}
