#!/usr/bin/env bash
# Rebuild the committed stylesheet and third-party scripts from the versions in package-lock.json.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
static="$here/../../consult/static"
cd "$here"
npm ci --ignore-scripts --no-audit --no-fund --silent
mkdir -p "$static/govuk"
node_modules/.bin/sass --style=compressed --no-source-map --no-charset --quiet-deps govuk.scss "$static/govuk/govuk.css"
# The comment that names a source map would ask the server for a file that is not there.
sed 's,//# sourceMappingURL=.*,,' node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js > "$static/govuk/govuk-frontend.min.js"
cp node_modules/htmx.org/dist/htmx.min.js "$static/htmx.min.js"
if grep -q -e 'GDS Transport' -e 'url(' "$static/govuk/govuk.css"; then
  echo "The stylesheet names a font or a file that must not be served." >&2
  exit 1
fi
