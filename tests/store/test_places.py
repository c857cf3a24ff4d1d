"""A history on another machine's disk is refused with the reason; this machine's disks are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.errors import ErrorCode, StoreFault
from desktop.session.wording import describe
from desktop.store import places
from desktop.store.history import HistoryStore
from desktop.store.places import is_unc, mount_kind, network_kind

MOUNTS = """22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /mnt/share rw - cifs //server/share rw,vers=3.0
31 22 0:41 / /mnt/nfs rw master:3 - nfs4 server:/export rw
32 22 0:42 / /home/tanaka/ssh rw - fuse.sshfs tanaka@host: rw
33 22 0:43 / /mnt/usb rw - fuseblk /dev/sdb1 rw
34 22 0:44 / /mnt/share/local rw - ext4 /dev/sdc1 rw
35 22 0:45 / /mnt/with\\040space rw - smb3 //server/x rw
36 22 0:46 / /mnt/over rw - ext4 /dev/sdd1 rw
37 36 0:47 / /mnt/over rw - nfs server:/y rw
a line that says nothing
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/tanaka/history.sqlite3", ""),
        ("/mnt/share/a/history.sqlite3", "cifs"),
        ("/mnt/shared/history.sqlite3", ""),
        ("/mnt/share/local/history.sqlite3", ""),
        ("/mnt/nfs/history.sqlite3", "nfs4"),
        ("/home/tanaka/ssh/x/history.sqlite3", "fuse.sshfs"),
        ("/mnt/usb/history.sqlite3", ""),
        ("/mnt/with space/history.sqlite3", "smb3"),
        ("/mnt/over/history.sqlite3", "nfs"),
    ],
)
def test_the_mount_that_holds_the_file_decides(path: str, kind: str) -> None:
    assert mount_kind(path, MOUNTS) == kind


@pytest.mark.parametrize("path", [r"\\server\share\x", "//server/share/x", r"\\?\UNC\server\share", r"\\?\unc\s\x"])
def test_windows_names_of_other_machines_are_known(path: str) -> None:
    assert is_unc(path)


@pytest.mark.parametrize("path", [r"C:\Users\x", r"\\?\C:\Users\x", r"\\.\C:", r"\x", "x"])
def test_windows_names_of_this_machine_are_let_pass(path: str) -> None:
    assert not is_unc(path)


def test_this_machines_own_disk_is_used(tmp_path: Path) -> None:
    assert network_kind(tmp_path / "history.sqlite3") == ""


@pytest.mark.parametrize("read_only", [False, True])
def test_a_history_on_a_share_is_refused_before_anything_is_made_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, read_only: bool
) -> None:
    table = tmp_path / "mountinfo"
    table.write_text(f"30 22 0:40 / {tmp_path}/share rw - cifs //server/share rw\n")
    (tmp_path / "share").mkdir()
    # A link to the share is the share.
    (tmp_path / "link").symlink_to(tmp_path / "share")
    monkeypatch.setattr(places, "_MOUNTS", table)
    for folder in ("share", "link"):
        with pytest.raises(StoreFault) as caught:
            HistoryStore.open(tmp_path / folder / "history.sqlite3", read_only=read_only)
        assert caught.value.code is ErrorCode.STORE_ON_NETWORK
        assert caught.value.fields["kind"] == "cifs"
        assert "cifs" in describe(caught.value, "ja").title
    assert list((tmp_path / "share").iterdir()) == []
