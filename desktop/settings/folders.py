"""Where the program keeps its things: the platform's folders, or one folder of the person's choice."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import PlatformDirs

from desktop.core.errors import ErrorCode, StoreFault
from desktop.core.files import reason_of

APPLICATION = "fumizukue"
# One folder for everything: tests, demonstrations, a terminal whose profile is too small.
HOME_VARIABLE = "FUMIZUKUE_HOME"
# More folders with models, separated like PATH; searched first.
MODELS_VARIABLE = "FUMIZUKUE_MODELS"
# The folder with the models of every person of the terminal, where it is not the platform's.
SHARED_MODELS_VARIABLE = "FUMIZUKUE_SHARED_MODELS"


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders in use, as absolute paths; none need exist. `models` is searched in order.

    `shared_models` holds what everyone on the terminal uses.
    """

    data: Path
    config: Path
    cache: Path
    logs: Path
    models: tuple[Path, ...]
    shared_models: Path | None = None

    @classmethod
    def discover(cls, env: Mapping[str, str] = os.environ) -> Folders:
        """Find the folders; nothing is created.

        Below FUMIZUKUE_HOME when it is set, otherwise where the platform keeps them (%LOCALAPPDATA% on Windows: the
        history must stay on the terminal's own disk, not in a roaming profile).
        """
        home = env.get(HOME_VARIABLE, "")
        if home:
            root = Path(home).expanduser().absolute()
            data, config, cache, logs = (root / name for name in ("data", "config", "cache", "logs"))
            shared = root / "shared" / "models"
        else:
            platform = PlatformDirs(APPLICATION, appauthor=False, roaming=False)
            data, config = platform.user_data_path, platform.user_config_path
            cache, logs = platform.user_cache_path, platform.user_log_path
            shared = _machine_folder() / "models"
        if env.get(SHARED_MODELS_VARIABLE, ""):
            shared = Path(env[SHARED_MODELS_VARIABLE]).expanduser().absolute()
        models = _model_folders(env.get(MODELS_VARIABLE, ""), data / "models", shared)
        return cls(data, config, cache, logs, models, shared)

    @property
    def history_file(self) -> Path:
        """The history database."""
        return self.data / "history.sqlite3"

    @property
    def heads(self) -> Path:
        """Where the evaluated beginnings of prompts are kept; they can be made again."""
        return self.cache / "heads"

    @property
    def device_records(self) -> Path:
        """Where it is remembered which graphics devices were tried, and how they did."""
        return self.cache / "devices.json"

    @property
    def shared_templates(self) -> Path:
        """Where copies of the shared templates are kept, so that they work without the share."""
        return self.cache / "shared-templates"

    @property
    def settings_file(self) -> Path:
        """The person's settings."""
        return self.config / "settings.toml"

    @property
    def own_models(self) -> Path:
        """Where models that the person adds are put."""
        return self.data / "models"

    @property
    def model_hashes(self) -> Path:
        """Where the hashes of models are remembered that lie in folders this person cannot write to."""
        return self.cache / "model-hashes"

    def ensure(self) -> None:
        """Create the folders the program writes to, readable by the person only.

        Raises `StoreFault` STORE_FOLDER_NOT_WRITABLE (path, reason).
        """
        for folder in (self.data, self.config, self.cache, self.logs, self.own_models):
            try:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            except OSError as error:
                raise StoreFault(
                    ErrorCode.STORE_FOLDER_NOT_WRITABLE, path=str(folder), reason=reason_of(error)
                ) from error


def _model_folders(listed: str, own: Path, shared: Path) -> tuple[Path, ...]:
    named = [Path(entry).expanduser().absolute() for entry in listed.split(os.pathsep) if entry.strip()]
    return tuple(dict.fromkeys([*named, own, shared, _installation() / "models"]))


def _machine_folder() -> Path:
    """Return the folder for what all people of a terminal share: %ProgramData% on Windows, /var/lib elsewhere."""
    if sys.platform == "win32":
        return PlatformDirs(APPLICATION, appauthor=False).site_data_path
    return Path("/var/lib") / APPLICATION


def _installation() -> Path:
    """Return the folder of the installed program, or the root of the source tree."""
    if getattr(sys, "frozen", False):
        return Path(sys.executable).resolve().parent
    return Path(__file__).resolve().parents[2]
