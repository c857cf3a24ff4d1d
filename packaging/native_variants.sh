#!/usr/bin/env bash
# Builds llama.cpp as terminals get it: one library for each kind of processor, chosen when the program starts.
#
# Usage: packaging/native_variants.sh [VARIANT...]      (all variants without arguments)
# A variant is a kind of processor (x64 sse42 sandybridge haswell alderlake icelake ...) or `vulkan`, which needs
# libvulkan-dev (its headers from 1.3.272 on), glslc and spirv-headers; VULKAN_HEADERS names a folder with newer
# headers than the system's (the usr/include of a newer Debian's libvulkan-dev). The result is build/native/lib; the
# program uses it where LLAMA_CPP_LIB_PATH names it. What is built is kept: a stopped run goes on where it was.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$PWD/build/native
lib=$work/lib
pip=${PIP:-.tools/bin/pip}
jobs=${JOBS:-$(nproc)}
variants=("$@")
[ $# -gt 0 ] || variants=(x64 sse42 sandybridge ivybridge piledriver haswell alderlake skylakex cannonlake
  cascadelake icelake cooperlake zen4 sapphirerapids)

say() { printf '[native] %s\n' "$*" >&2; }

# The lock file says which source, and what its bytes are.
locked() {
  sed -n '/^name = "llama-cpp-python"$/,/^\[\[/p' uv.lock | grep -oE "$1" | head -n1
}

fetch() {
  local version hash name
  version=$(locked '^version = "[^"]+' | cut -d'"' -f2)
  hash=$(locked 'sha256:[0-9a-f]{64}')
  name=llama_cpp_python-$version
  source=$work/$name/vendor/llama.cpp
  [ ! -e "$work/$name/.complete" ] || return 0
  mkdir -p "$work"
  if ! echo "${hash#sha256:}  $work/$name.tar.gz" | sha256sum --check --status 2>/dev/null; then
    say "fetching the locked source of llama-cpp-python $version"
    echo "llama-cpp-python==$version --hash=$hash" >"$work/requirement.txt"
    "$pip" download --quiet --disable-pip-version-check --no-deps --no-binary llama-cpp-python --require-hashes \
      -r "$work/requirement.txt" -d "$work"
  fi
  rm -rf "${work:?}/$name"
  tar -xzf "$work/$name.tar.gz" -C "$work"
  # Otherwise any target builds all variants, 2.5 minutes each.
  local line='add_dependencies(ggml ${backend})'
  grep -qF "$line" "$source/ggml/src/CMakeLists.txt" || { say "ggml/src/CMakeLists.txt is not as expected"; exit 1; }
  sed -i "s/^ *add_dependencies(ggml \${backend})\$//" "$source/ggml/src/CMakeLists.txt"
  touch "$work/$name/.complete"
}

configure() {
  local vulkan=OFF
  case " ${variants[*]} " in *" vulkan "*) vulkan=ON ;; esac
  [ ! -e "$work/cmake/CMakeCache.txt" ] || ! grep -q GGML_VULKAN:BOOL=ON "$work/cmake/CMakeCache.txt" || vulkan=ON
  local headers=()
  [ -z "${VULKAN_HEADERS:-}" ] || headers=(-DVulkan_INCLUDE_DIR="$VULKAN_HEADERS")
  cmake -S "$source" -B "$work/cmake" -G Ninja -Wno-dev -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_INSTALL_RPATH='$ORIGIN' -DCMAKE_BUILD_WITH_INSTALL_RPATH=ON \
    -DBUILD_SHARED_LIBS=ON -DGGML_NATIVE=OFF -DGGML_BACKEND_DL=ON -DGGML_CPU_ALL_VARIANTS=ON -DGGML_OPENMP=OFF \
    -DGGML_CCACHE=OFF -DGGML_VULKAN=$vulkan "${headers[@]}" -DLLAMA_BUILD_COMMON=OFF -DLLAMA_BUILD_TOOLS=OFF \
    -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_SERVER=OFF >"$work/configure.log" 2>&1 ||
    { tail -n 30 "$work/configure.log" >&2; exit 1; }
}

build() {
  say "building $1"
  nice -n 19 cmake --build "$work/cmake" --target "$1" -j "$jobs" >"$work/build-$1.log" 2>&1 ||
    { tail -n 30 "$work/build-$1.log" >&2; exit 1; }
}

# Links stay links: a library that is loaded under two names must be one file, or it is loaded twice.
keep() { cp -P --remove-destination "$work"/cmake/bin/"$1"* "${2:-$lib}/"; }

fetch
configure
mkdir -p "$lib"
build llama
keep libggml-base.so
keep libggml.so
keep libllama.so
for variant in "${variants[@]}"; do
  if [ "$variant" = vulkan ]; then
    # In a folder of its own: it is loaded only when a graphics device is asked for, so that a broken driver cannot
    # end a process that computes on the CPU.
    build ggml-vulkan
    mkdir -p "$lib/gpu"
    keep libggml-vulkan.so "$lib/gpu"
  else
    build "ggml-cpu-$variant"
    keep "libggml-cpu-$variant.so"
  fi
done
say "ready: LLAMA_CPP_LIB_PATH=$lib"
