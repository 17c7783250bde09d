#!/bin/sh
# Puts gcx-desktop into your menus, and .gcx, .gcxm and .sdf files to it; nothing outside your home changes.
#   ./install.sh            from the unpacked folder, which stays where it is
#   ./install.sh --remove   takes the entries away again
set -eu

# The application's own files lie in _internal beside the two programs.
internal=$(cd "$(dirname "$0")" && pwd)
folder=$(dirname "$internal")
share=${XDG_DATA_HOME:-$HOME/.local/share}
bin=$HOME/.local/bin
entry=$share/applications/gcx-desktop.desktop
types=$share/mime/packages/gcx-desktop.xml
icon=$share/icons/hicolor/scalable/apps/gcx-desktop.svg
about=$share/metainfo/io.github.gcx_desktop.gcx_desktop.metainfo.xml

if [ "${1:-}" = "--remove" ]; then
  rm -f "$entry" "$types" "$icon" "$about"
  for name in gcx gcx-desktop; do
    [ ! -L "$bin/$name" ] || rm "$bin/$name"
  done
else
  mkdir -p "$(dirname "$entry")" "$(dirname "$types")" "$(dirname "$icon")" "$(dirname "$about")" "$bin"
  # In Exec, quotes hold a path together, and \, ", $ and ` in it are written after a \, which itself is doubled.
  quoted=$(printf '%s' "$folder/gcx-desktop" | sed -e 's/[\\"$`]/\\\\&/g' -e 's/%/%%/g')
  while IFS= read -r line; do
    case $line in
      Exec=*) printf 'Exec="%s" %%F\n' "$quoted" ;;
      *) printf '%s\n' "$line" ;;
    esac
  done <"$internal/gcx-desktop.desktop" >"$entry"
  cp "$internal/gcx-desktop.mime.xml" "$types"
  cp "$internal/resources/icons/gcx-desktop.svg" "$icon"
  cp "$internal/io.github.gcx_desktop.gcx_desktop.metainfo.xml" "$about"
  for name in gcx gcx-desktop; do
    if [ -e "$bin/$name" ] && [ ! -L "$bin/$name" ]; then
      echo "$bin/$name is left as it is: it is no link" >&2
    else
      ln -sfn "$folder/$name" "$bin/$name"
    fi
  done
fi

# Desktops look at these lists; one without such a list needs no update.
! command -v update-mime-database >/dev/null || update-mime-database "$share/mime"
! command -v update-desktop-database >/dev/null || update-desktop-database "$share/applications"
