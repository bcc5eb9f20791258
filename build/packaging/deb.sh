#!/usr/bin/env bash
# Packs build/bin into build/bin/sheaf_VERSION_ARCH.deb: programs in /usr/lib/sheaf beside lib/ and models/, links to
# them in /usr/bin, an entry for the menu.
#   build/packaging/deb.sh VERSION
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$1
[ -n "$version" ] || { echo "deb: CHANGELOG.md names no version" >&2; exit 1; }
command -v dpkg-deb >/dev/null || { echo "deb: dpkg-deb was not found; packages are made on Debian" >&2; exit 1; }
arch=$(dpkg --print-architecture)
tree=build/.cache/deb
out=build/bin/sheaf_${version}_${arch}.deb

rm -rf "$tree"
install -d "$tree/DEBIAN" "$tree/usr/bin" "$tree/usr/lib/sheaf" "$tree/usr/share/applications" \
  "$tree/usr/share/icons/hicolor/1024x1024/apps" "$tree/usr/share/doc/sheaf"
install -m 755 build/bin/sheaf build/bin/sheaf-desktop "$tree/usr/lib/sheaf/"
cp -R build/bin/lib build/bin/models "$tree/usr/lib/sheaf/"
ln -s ../lib/sheaf/sheaf "$tree/usr/bin/sheaf"
ln -s ../lib/sheaf/sheaf-desktop "$tree/usr/bin/sheaf-desktop"
install -m 644 build/packaging/sheaf.desktop "$tree/usr/share/applications/"
install -m 644 build/appicon.png "$tree/usr/share/icons/hicolor/1024x1024/apps/sheaf.png"
install -m 644 LICENSE "$tree/usr/share/doc/sheaf/copyright"
install -m 644 docs/THIRD_PARTY.md CHANGELOG.md "$tree/usr/share/doc/sheaf/"
cat >"$tree/DEBIAN/control" <<EOF
Package: sheaf
Version: $version
Architecture: $arch
Maintainer: The Sheaf authors
Section: text
Priority: optional
Installed-Size: $(du -ks "$tree/usr" | cut -f1)
Depends: libc6
Recommends: libgtk-3-0, libwebkit2gtk-4.1-0, xdg-utils
Description: search and ask your own folders, offline
 Sheaf reads the documents in the folders you choose, where they are, and answers
 questions with the sentence, the file and the page. It needs no network.
EOF
dpkg-deb --root-owner-group --build "$tree" "$out" >/dev/null
echo "made $out"
