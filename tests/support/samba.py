"""A real file server on the loopback, in a network of its own, and its share mounted through SMB."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

SHARE = "templates"
_SERVER = ("smbd", "smbclient", "unshare", "nsenter", "ip")
_MOUNT = ("smbnetfs", "fusermount3")
_INSTALL = "apt-get install --no-install-recommends samba smbclient smbnetfs iproute2"
# A busy machine takes long to make the server's databases the first time; one that answers is not waited for.
_SECONDS = 120.0
_CONFIGURATION = """
[global]
server role = standalone server
map to guest = Bad User
guest account = root
interfaces = lo
bind interfaces only = yes
disable spoolss = yes
load printers = no
usershare max shares = 0
private dir = {folder}/private
lock directory = {folder}/lock
state directory = {folder}/state
cache directory = {folder}/cache
pid directory = {folder}/pid
ncalrpc dir = {folder}/ncalrpc
log file = {folder}/log
[{share}]
path = {folder}/share
guest ok = yes
read only = no
"""


def why_not(*, mounted: bool = False) -> str:
    """Return why there can be no such server here, or an empty text."""
    if os.name != "posix" or os.getuid() != 0:
        return "a file server of our own needs root"
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    missing = [name for name in (*_SERVER, *(_MOUNT if mounted else ())) if shutil.which(name, path=path) is None]
    if missing:
        return (
            f"missing: {', '.join(missing)} (apt-get install --no-install-recommends samba smbclient smbnetfs iproute2)"
        )
    if mounted and not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "there is no /dev/fuse"
    return "" if _run("unshare", "-n", "true").returncode == 0 else "no network namespaces"


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    env = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, check=False, capture_output=True, text=True, env=env, timeout=60)


class Samba:
    """The server. `served` is the folder on its own disk, `mounted` the same folder as a client sees it."""

    def __init__(self, folder: Path) -> None:
        """Make a network, and the server's folders in one with a short path: sockets lie in it."""
        self.folder = folder
        self.served = folder / "share"
        self.mounted = folder / "mount" / "127.0.0.1" / SHARE
        for name in ("share", "private", "lock", "state", "cache", "pid", "ncalrpc", "mount", "home/.smb"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self._configuration = folder / "smb.conf"
        self._configuration.write_text(_CONFIGURATION.format(folder=folder, share=SHARE))
        self._network = subprocess.Popen(["unshare", "-n", "sleep", "600"])
        self._inside = ("nsenter", "-t", str(self._network.pid), "-n")
        self._server: subprocess.Popen[bytes] | None = None
        # In this order: before the process is in its own network, the command would set up the machine's loopback.
        self._wait(lambda: self._is_apart() and _run(*self._inside, "ip", "link", "set", "lo", "up").returncode == 0)

    def _is_apart(self) -> bool:
        return Path(f"/proc/{self._network.pid}/ns/net").readlink() != Path("/proc/self/ns/net").readlink()

    def _wait(self, is_so: Callable[[], bool]) -> None:
        end = time.monotonic() + _SECONDS
        while not is_so():
            assert time.monotonic() < end, f"the file server does not start: {self._said()}"
            assert self._server is None or self._server.poll() is None, f"the file server ended: {self._said()}"
            time.sleep(0.05)

    def _said(self) -> str:
        logs = (path for path in (self.folder / "smbd.out", self.folder / "log") if path.is_file())
        return "\n".join(path.read_text("utf-8", "replace")[-2000:] for path in logs)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = (*self._inside, "smbd", "-F", "--no-process-group", "-s", str(self._configuration))
        log = (self.folder / "smbd.out").open("ab")
        with log:
            self._server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        self._wait(lambda: self.client("ls").returncode == 0)

    def kill(self) -> None:
        """End the server and all that serve its clients, as a power failure does."""
        if self._server is not None:
            os.killpg(self._server.pid, 9)
            self._server.wait()
            self._server = None

    def cut_network(self, *, cut: bool) -> None:
        """Pull the cable, or put it back."""
        _run(*self._inside, "ip", "link", "set", "lo", "down" if cut else "up")

    def client(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command of smbclient as any colleague could."""
        return _run(
            *self._inside, "smbclient", f"//127.0.0.1/{SHARE}", "-N", "-s", str(self._configuration), "-c", command
        )

    def mount(self) -> None:
        """Mount the share through SMB at `mounted`."""
        home = self.folder / "home"
        files = {"smb.conf": "", "smbnetfs.auth": 'auth "guest" ""\n', "smbnetfs.host": "", "smbnetfs.conf": ""}
        for name, content in files.items():
            (home / ".smb" / name).write_text(content)
            (home / ".smb" / name).chmod(0o600)
        env = {**os.environ, "HOME": str(home), "LC_ALL": "C.UTF-8"}
        command = (*self._inside, "smbnetfs", str(self.folder / "mount"))
        subprocess.run(command, check=True, env=env, timeout=30)
        self._wait(self.mounted.is_dir)

    def close(self) -> None:
        """Take everything away again."""
        self.kill()
        _run("fusermount3", "-uz", str(self.folder / "mount"))
        self._network.kill()
        self._network.wait()


@contextmanager
def samba() -> Iterator[Samba]:
    """Run a file server."""
    with tempfile.TemporaryDirectory(prefix="smb-", ignore_cleanup_errors=True) as name:
        server = Samba(Path(name))
        try:
            server.start()
            yield server
        finally:
            server.close()
