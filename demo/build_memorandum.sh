#!/usr/bin/env bash
# Typesets memorandum.pdf anew from memorandum.html, memorandum.css and figures.py. Needed only after a change to them:
# the PDF is kept beside its source so that the demo needs no typesetter.
#   apt-get install weasyprint fonts-linuxlibertine
set -euo pipefail
cd "$(dirname "$0")"
page=.memorandum.html
trap 'rm -f "$page"' EXIT
python3 - >"$page" <<'END'
import figures
html = open("memorandum.html", encoding="utf-8").read()
print(html.replace("@CHART@", figures.chart()).replace("@MAP@", figures.chartlet()))
END
rm -rf __pycache__
SOURCE_DATE_EPOCH=0 weasyprint "$page" memorandum.pdf
