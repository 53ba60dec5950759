#!/bin/bash
# bash run.sh PICTURE: each case of a field test of `iscc dupes` in a new folder. It prints a BAD line
# for what is wrong and a line "case N" for each case that was tried. Mounts need root, or a
# namespace of users. `iscc` is found by $ISCC and Python by $PYTHON.
# Source: cases D1 to D8, S5, S6 and S16 of an audit of version 0.1.
pic=$(realpath "$1"); top=$(mktemp -d); cd "$top" || exit 1; export NO_COLOR=1
case_() { echo "case $1"; mkdir -p "$top/$1/f"; cd "$top/$1" || exit 1; cp "$pic" f/a.jpg; cp "$pic" f/b.jpg; touch -d 2020-01-01 f/a.jpg; touch -d 2021-01-01 f/b.jpg; }
iscc() { $ISCC "$@"; }
scan() { iscc scan --library lib "$@" >/dev/null || bad "scan fails"; }
dupes() { iscc dupes --library lib "$@"; }
bad() { echo "BAD $*"; }

case_ 1; mkdir ref; mv f/b.jpg ref/; ln -s ref link; scan f ref
dupes --reference link --apply trash --trash tr >/dev/null; [ -e ref/b.jpg ] || bad "a file of --reference (named by a link) was moved"
[ -e f/a.jpg ] && bad "the copy outside of --reference was not moved"
case_ 2; scan f; dupes --reference /no/such/folder --apply trash --trash tr >/dev/null 2>&1; [ $? = 2 ] || bad "a reference that does not exist is silently none"
[ -e f/a.jpg ] && [ -e f/b.jpg ] || bad "a file was moved in spite of a wrong reference"

case_ 3; mkdir up low work merged; mv f/a.jpg up/x.jpg; rm f/b.jpg
if mount -t overlay overlay -o lowerdir=low,upperdir=up,workdir=work merged; then
  scan up merged; dupes --apply trash --trash tr >/dev/null 2>&1; [ -e up/x.jpg ] || bad "the only file, seen under two mounts, was moved to the trash"
  dupes --apply hardlink >/dev/null 2>&1; cmp -s "$pic" up/x.jpg || bad "the only file was lost by a link"
  $PYTHON -c 'import sys
from iscckit.library.library import Library
from iscckit.library.clusters.plan import plan
from iscckit.render.duplicates import duplicates_sh
sys.stdout.buffer.write(duplicates_sh(plan(Library.open("lib").clusters())))' > d.sh || bad "an import failed"
  grep -q '^copy ' d.sh || bad "the script is empty"
  sh d.sh --apply >/dev/null 2>&1; cmp -s "$pic" up/x.jpg || bad "duplicates.sh deleted the only file for good"
  [ "$(ls -A up)" = x.jpg ] || bad "something is left: $(ls -A up)"
  umount merged
else bad "no mount of overlay"; fi

case_ 4; scan f; dupes --apply trash --trash tr >/dev/null; printf '{"action": "trash", "pa' >> lib/undo/*.jsonl
dupes --undo lib/undo/*.jsonl >/dev/null 2>&1; [ -e f/b.jpg ] || bad "one torn line at the end of the log and nothing can be undone"

case_ 5; mkdir tr; head -c 9000000 /dev/urandom > f/a.bin; cp f/a.bin f/b.bin; touch -d 2020-01-01 f/a.bin
if mount -t tmpfs -o size=4m none tr; then
  scan f; dupes --apply trash --trash tr >/dev/null 2>&1 && bad "a full trash is not said"
  find tr -name b.bin | grep -q . && bad "half a file stays in a trash on a full disk"
  dupes --undo lib/undo/*.jsonl >/dev/null 2>&1 || bad "undo stops at the step that was not done"
  mv f/b.bin kept.bin; dupes --undo lib/undo/*.jsonl >/dev/null 2>&1
  [ -e f/b.bin ] && ! cmp -s f/b.bin kept.bin && bad "undo brought back half a file, after its own advice to move the whole one away"
  umount tr
else bad "no mount of tmpfs"; fi

case_ 6; chmod 600 f/b.jpg; scan f; dupes --apply hardlink --ignore-attributes >/dev/null; [ f/a.jpg -ef f/b.jpg ] || bad "no link was made"
dupes --undo lib/undo/*.jsonl >/dev/null
[ "$(stat -c '%a %Y' f/b.jpg)" = "600 $(date -d 2021-01-01 +%s)" ] || bad "undo of a hard link does not restore mode and time: $(stat -c '%a %y' f/b.jpg)"
case_ 7; scan f; dupes --apply hardlink >/dev/null; echo precious > f/b.jpg.iscc-undo; dupes --undo lib/undo/*.jsonl >/dev/null
[ -e f/b.jpg.iscc-undo ] || bad "undo overwrote a file called NAME.iscc-undo"
case_ 7b; scan f; ln f/a.jpg f/b.jpg.iscc-link; dupes --apply hardlink >/dev/null 2>&1 || bad "what a killed --apply hardlink left blocks every later one"
case_ 8; mkdir f/s o; mv f/b.jpg f/s/; scan f; mv f/a.jpg o/; ln -s ../o/a.jpg f/a.jpg; dupes --apply hardlink >/dev/null 2>&1
[ -e f/s/b.jpg ] || bad "the copy became a hard link to a symbolic link that leads nowhere"
case_ 9; truncate -s 1G f/a.bin; cp --sparse=always f/a.bin f/b.bin; touch -d 2020-01-01 f/a.bin; rm f/*.jpg; scan f
dupes --apply trash --trash t1 --keep oldest >/dev/null 2>&1 & dupes --apply trash --trash t2 --keep newest >/dev/null 2>&1; wait
[ -n "$(ls f)" ] || bad "two --apply at once moved both files away"
case_ 10; rm f/*.jpg; truncate -s 4G f/a.bin; cp --sparse=always f/a.bin f/b.bin; touch -d 2020-01-01 f/a.bin; scan f
dupes --apply hardlink >/dev/null 2>&1 & p=$!
while kill -0 $p 2>/dev/null && ! ls -l /proc/$p/fd /proc/*/fd 2>/dev/null | grep -q "$PWD/f/b.bin"; do sleep .01; done
printf edited | dd of=f/a.bin conv=notrunc status=none; wait $p
[ "$(head -c 6 f/b.bin | tr -d '\0')" = edited ] && bad "the kept file was edited while the copy was hashed: the old bytes are nowhere any more"
[ "$(head -c 6 f/a.bin | tr -d '\0')" = edited ] || bad "the edit is lost"
case_ 11; $PYTHON -c 'import os; os.setxattr("f/b.jpg", b"user.note", b"x")' || bad "no extended attributes here"
ln f/b.jpg f/c.jpg; iscc embed --in-place --rights me f/b.jpg >/dev/null 2>&1 && bad "embed --in-place cut a hard link"
[ f/b.jpg -ef f/c.jpg ] || bad "embed --in-place cut a hard link"
rm f/c.jpg; iscc embed --in-place --rights me f/b.jpg >/dev/null || bad "embed fails"
$PYTHON -c 'import os,sys; sys.exit(not os.listxattr("f/b.jpg"))' || bad "embed --in-place dropped extended attributes"
cd /; rm -rf "$top"
echo end
