#!/usr/bin/env bash
# The main job on real input. ./run demo builds what this needs and calls it.
#   --leak N   whose copy leaks: the Nth of the recipients (default: drawn from the seed)
#   --seed N   draws the leak, its page and the camera's tremor (default 41)
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

seed=41 leak=
while [ $# -gt 0 ]; do
  case $1 in
    --seed) seed=$2 ;;
    --leak) leak=$2 ;;
    *)
      echo "usage: ./run demo [--seed N] [--leak N]" >&2
      exit 2
      ;;
  esac
  shift 2
done

build=$PWD/build/release
barium=$build/barium
memorandum=$PWD/demo/memorandum.pdf
camera=$PWD/bench/cameras/photo_1600.camera
data=${BARIUM_DATA:-$PWD/../shared/data}
out=$PWD/out/demo
export BARIUM_VAULT=$out/demo.vault

say() { printf '%s\n' "$*"; }
# Opens a step; what each took is told at the end.
declare -a steps=() began=()
step() { # its short name, its sentence
  steps+=("$1") began+=("$EPOCHREALTIME")
  printf '\n%s. %s\n' "${#steps[@]}" "$2"
}
seconds() { LC_ALL=C awk -v from="$1" -v to="$2" 'BEGIN { printf "%.1f", to - from }'; }
tell_times() {
  local i shares=()
  began+=("$EPOCHREALTIME")
  for i in "${!steps[@]}"; do shares+=("${steps[i]} $(seconds "${began[i]}" "${began[i + 1]}")"); done
  local all
  all=$(IFS=,; echo "${shares[*]}")
  echo "That took $(seconds "${began[0]}" "${began[-1]}") s: ${all//,/, }."
}
draw() { printf '%s %s' "$1" "$seed" | cksum | cut -d' ' -f1; } # purpose -> a number that depends on the seed
field() { python3 -c 'import json, sys
value = json.load(open(sys.argv[1]))
for key in sys.argv[2:]:
    value = value[int(key) if key.isdigit() else key] if value else ""
print("" if value is None else value)' "$@"; }

rm -rf "$out"
mkdir -p "$out"

# Our own documents and our own picture; foreign ones are parsed in a confined worker where the machine allows it.
if ! bwrap --unshare-all --ro-bind / / true 2>/dev/null; then
  say "This machine lets nobody make namespaces, so files are parsed without the walls of bubblewrap."
  export BARIUM_UNCONFINED=1
fi

step "vault" "Make a vault: the folder that will hold the documents and the keys."
"$barium" init

step "registering" "Register the memorandum, six pages of our own making, and other documents, so that there is something to find it among."
others=(specifications__Explainer made__chromium_arb made__fop_emb_rus_tagged made__libreoffice_heb
  sample-files__pdflatex-4-pages)
others=("${others[@]/#/$data/pdf/core/}") others=("${others[@]/%/.pdf}")
"$barium" add "$memorandum"
if [ -d "$data/pdf/core" ]; then
  "$barium" add "${others[@]}" --json 2>/dev/null | python3 -c 'import json, sys
documents = [json.loads(line) for line in sys.stdin]
for document in documents:
    title, pages, carriers = (document[key] for key in ("title", "pages", "carriers"))
    print(f"and {title}: {pages} pages, {carriers:,} words that can carry a mark")
pages = sum(document["pages"] for document in documents)
print(f"The vault now holds {pages + 6} pages.")'
else
  echo "Skipped the other documents: there is no $data/pdf/core. The vault holds the memorandum alone."
fi

step "forecast" "Ask beforehand what the memorandum can bear: how much of a copy must be photographed before its owner can be named?"
"$barium" forecast memorandum.pdf

people=$(($(wc -l <demo/people.csv) - 1))
step "issuing" "Issue it to $people invented people: one PDF each, all alike to the eye, no two the same."
"$barium" issue memorandum.pdf --to demo/people.csv --out "$out/copies"

row=$((leak ? leak : $(draw leak) % people + 1))
page=$(($(draw page) % 5 + 1)) # the sixth page is half empty
IFS=$'\t' read -r copy name file < <(python3 -c 'import csv, sys
row = list(csv.DictReader(open(sys.argv[1], encoding="utf-8")))[int(sys.argv[2]) - 1]
print(row["copy"], row["name"], row["file"], sep="\t")' "$out/copies/copies.csv" "$row")
[ -f "$file" ] || file=$out/copies/$file
step "photograph" "A leak: somebody takes a telephone to page $page of one copy, and sends the picture through a messenger."
echo "It is the copy of $name. barium is not told."
pdftoppm -gray -png -r 400 -f "$page" -l "$page" -singlefile "$file" "$out/printed"
"$build/simulate" "$out/printed.png" "$camera" "$seed" "$out/photo.jpg" >"$out/camera.json"
rm "$out/printed.png"
echo "The picture is $out/photo.jpg (a simulated telephone: bent paper, uneven light, 1600 pixels, JPEG 75)."

step "examining" "Examine the picture, with no hint about document, page or person."
"$barium" examine "$out/photo.jpg"
"$barium" examine "$out/photo.jpg" --json >"$out/examination.json"
found_page=$(field "$out/examination.json" placement page)
accused=$(field "$out/examination.json" accused 0 copy 2>/dev/null || true)
p_value=$(field "$out/examination.json" accused 0 p_value 2>/dev/null || true)
if [ "$found_page" != "$page" ] || [ "$accused" != "$copy" ]; then
  echo "The demo failed: page $page of copy $copy was photographed, page ${found_page:-none} of copy ${accused:-none} was named." >&2
  exit 1
fi
named=$(python3 -c 'import csv, sys
print(next(row["name"] for row in csv.DictReader(open(sys.argv[1], encoding="utf-8")) if row["copy"] == sys.argv[2]))' \
  "$out/copies/copies.csv" "$accused")
p_value=$(LC_ALL=C printf '%.0e' "$p_value")
step "name" "Look up the copy in the list that the issuer keeps: $accused was given to $named."
echo "The chance that a given innocent copy would look as guilty is at most $p_value."

step "pictures" "Draw what was read."
reading=$("$build/show_reading" "$memorandum" "$out/photo.jpg" "$out/examination.json" "$out")
echo "$reading."
cat >"$out/index.html" <<END
<!DOCTYPE html>
<meta charset="utf-8">
<title>barium: whose copy was it?</title>
<style>
body { font: 16px/1.5 sans-serif; max-width: 1200px; margin: 2em auto; padding: 0 1em }
.pair { display: flex; gap: 2em; align-items: flex-start }
.pair figure { flex: 1; margin: 0 }
img { width: 100%; border: 1px solid #999 }
</style>
<h1>Whose copy was it?</h1>
<p>The picture shows page $page of the memorandum. It is copy $accused, issued to <b>$named</b>. The chance that a given innocent
copy would look as guilty is at most $p_value. $reading.</p>
<div class="pair">
<figure><img src="page.png" alt="the page"><figcaption>The page as it was registered</figcaption></figure>
<figure><img src="photo.jpg" alt="the photograph"><figcaption>The picture that was found (a simulated telephone, 1600 pixels, JPEG 75)</figcaption></figure>
</div>
<h2>What was read from it</h2>
<p>Each arrow is a word's displacement, 32 times its size: blue along the line, red against it.</p>
<img src="reading.svg" alt="the photograph with an arrow on each word that carries">
END
printf '\nLook at it: %s\n' "$out/index.html"
cat <<END
  $out/page.png      the page as it was registered
  $out/photo.jpg     the picture that was found
  $out/reading.svg   the picture with the displacement of every word
  $out/copies/       the $people copies, and copies.csv: who has which
END
tell_times
