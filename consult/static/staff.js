/* Wakes the parts of GOV.UK Frontend on a page. Its address carries a hash, so the page says where it is. */
const address = document.getElementById("govuk-frontend")?.href;
if (address) {
  const { initAll } = await import(address);
  initAll();
}
