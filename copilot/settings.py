"""Settings from the environment and one optional TOML file; the key is never shown.

The environment wins over the file. ``OPTCOPILOT_*`` wins over ``OPENAI_*``, and a key from ``OPENAI_API_KEY``
travels only to ``OPENAI_BASE_URL`` or to OpenAI itself: a local server has no business with it.
"""

from __future__ import annotations

import json
import os
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

OPENAI_URL = "https://api.openai.com/v1"
SETTINGS_VARIABLE = "OPTCOPILOT_SETTINGS"

#: Setting to environment variable, for those that have just one.
VARIABLES = {
    "provider": "OPTCOPILOT_PROVIDER",
    "model": "OPTCOPILOT_MODEL",
    "formulator": "OPTCOPILOT_FORMULATOR",
    "reply_form": "OPTCOPILOT_REPLY_FORM",
    "reply_timeout": "OPTCOPILOT_REPLY_TIMEOUT",
    "reply_tokens": "OPTCOPILOT_REPLY_TOKENS",
    "reply_cache": "OPTCOPILOT_REPLY_CACHE",
    "replay": "OPTCOPILOT_REPLAY",
    "repairs": "OPTCOPILOT_REPAIRS",
    "candidates": "OPTCOPILOT_CANDIDATES",
    "prompt_price": "OPTCOPILOT_PROMPT_PRICE",
    "completion_price": "OPTCOPILOT_COMPLETION_PRICE",
    "time_limit": "OPTCOPILOT_TIME_LIMIT",
    "mip_gap": "OPTCOPILOT_MIP_GAP",
    "solver": "OPTCOPILOT_SOLVER",
}


class SettingsError(ValueError):
    """A setting cannot be used; ``str`` says which, where it came from and what to write instead."""


class Settings(BaseModel):
    """Where a language model answers, and the limits a solve starts with.

    reply_form: what a language model writes; "" for the notation, and JSON where it fails at that. reply_timeout:
    seconds to wait for a reply. reply_tokens: the most a reply may hold. reply_cache: file that keeps replies, empty
    for none; replay: only what it holds is answered. repairs: how often mistakes are sent back.
    candidates: how many readings of a text the hybrid formulator asks a language model for. prompt_price,
    completion_price: money for a million tokens. time_limit: seconds of solving, None for no limit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    provider: str = ""
    base_url: str = ""
    model: str = ""
    api_key: SecretStr = SecretStr("")
    formulator: Literal["", "offline", "llm", "hybrid"] = ""
    reply_form: Literal["", "notation", "json"] = ""
    reply_timeout: float = Field(default=300.0, gt=0, le=3600, allow_inf_nan=False)
    reply_tokens: int = Field(default=2048, ge=64, le=100_000)
    reply_cache: str = ""
    replay: bool = False
    repairs: int = Field(default=2, ge=0, le=10)
    candidates: int = Field(default=3, ge=1, le=20)
    prompt_price: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    completion_price: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    time_limit: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    mip_gap: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    solver: str = ""

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        value = value.strip().rstrip("/")
        if value:
            parts = urlsplit(value)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError("not an address: write it like http://127.0.0.1:8080/v1")
            if parts.username or parts.password or parts.query or parts.fragment:
                raise ValueError("leave out user, password and query: the key has a setting of its own")
        return value

    @field_validator("api_key")
    @classmethod
    def _fits_a_header(cls, value: SecretStr) -> SecretStr:
        key = value.get_secret_value().strip()
        if not all(33 <= ord(character) <= 126 for character in key):
            raise ValueError("the key contains a space or a special character: copy it again")
        return SecretStr(key)

    @model_validator(mode="after")
    def _replays_from_somewhere(self) -> Self:
        if self.replay and not self.reply_cache:
            raise ValueError("replay: OPTCOPILOT_REPLY_CACHE must name the file of replies")
        return self

    @property
    def endpoint_configured(self) -> bool:
        """Whether somebody said where a language model answers; a key alone does not say it."""
        return bool(self.base_url or self.provider or (self.model and self.api_key.get_secret_value()))


def settings_file(environment: Mapping[str, str] | None = None) -> Path:
    """``settings.toml`` in the user's configuration directory, or what ``OPTCOPILOT_SETTINGS`` names."""
    environment = os.environ if environment is None else environment
    if named := environment.get(SETTINGS_VARIABLE):
        return Path(named).expanduser()
    home = Path(environment.get("HOME") or Path.home())
    if sys.platform == "win32":
        base = Path(environment.get("APPDATA") or home / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    return base / "optcopilot" / "settings.toml"


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in force. Raises SettingsError."""
    environment = os.environ if environment is None else environment
    path = settings_file(environment)
    values = _from_file(path, required=bool(environment.get(SETTINGS_VARIABLE)))
    origins = dict.fromkeys(values, str(path))
    for setting, variable in VARIABLES.items():
        if value := environment.get(variable):
            values[setting], origins[setting] = value, variable
    for setting, value, variable in _endpoint(environment, str(values.get("base_url", ""))):
        values[setting], origins[setting] = value, variable
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_explained(error, origins)) from None


def changed_settings(settings: Settings, changes: Mapping[str, object]) -> Settings:
    """The settings with some of them changed. Raises SettingsError."""
    try:
        return Settings.model_validate({**dict(settings), **changes})
    except ValidationError as error:
        raise SettingsError(_explained(error, {})) from None


def save_settings(settings: Settings, environment: Mapping[str, str] | None = None) -> Path:
    """Writes what differs from a fresh machine's settings to the settings file, whole or not at all; where it lies.

    A key is never written; one that a person put there stays, as long as the address does. Raises SettingsError.
    """
    path = settings_file(environment)
    before = _from_file(path, required=False)
    fresh = Settings()
    values = {name: value for name, value in settings if name != "api_key" and value != getattr(fresh, name)}
    if "api_key" in before and before.get("base_url", "") == settings.base_url:
        values["api_key"] = before["api_key"]
    # Strings, numbers and truth values of JSON are those of TOML.
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items()]
    temporary = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.touch(mode=0o600)
        temporary.write_text("".join(lines), encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        raise SettingsError(f"settings file {path} cannot be written: {error.strerror}") from None
    return path


def environment_of(settings: Settings, path: Path) -> dict[str, str]:
    """Variables with which another process loads just these settings; all but the key go through an own file at
    ``path``."""
    save_settings(settings, {SETTINGS_VARIABLE: str(path)})
    key = settings.api_key.get_secret_value()
    # A key without an address of its own is read for the one that the file names.
    return {SETTINGS_VARIABLE: str(path), **({"OPTCOPILOT_API_KEY": key} if key else {})}


def _endpoint(environment: Mapping[str, str], filed_url: str) -> list[tuple[str, str, str]]:
    """Address and key from the environment, as (setting, value, variable)."""
    found = []
    openai_url = environment.get("OPENAI_BASE_URL", "")
    base_url = environment.get("OPTCOPILOT_BASE_URL", "") or filed_url or openai_url
    if environment.get("OPTCOPILOT_BASE_URL"):
        found.append(("base_url", base_url, "OPTCOPILOT_BASE_URL"))
    elif base_url and not filed_url:
        found.append(("base_url", base_url, "OPENAI_BASE_URL"))
    if key := environment.get("OPTCOPILOT_API_KEY"):
        found.append(("api_key", key, "OPTCOPILOT_API_KEY"))
    elif key := environment.get("OPENAI_API_KEY"):
        host = urlsplit(base_url).hostname or ""
        if not base_url or base_url.rstrip("/") == openai_url.rstrip("/") or host.endswith(".openai.com"):
            found.append(("api_key", key, "OPENAI_API_KEY"))
    return found


def _from_file(path: Path, *, required: bool) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if required:
            raise SettingsError(f"no settings file {path}: {SETTINGS_VARIABLE} names it") from None
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"settings file {path} cannot be read: {error}") from None


def _explained(error: ValidationError, origins: Mapping[str, str]) -> str:
    lines = []
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        setting = str(problem["loc"][0]) if problem["loc"] else "settings"
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            message = f"there is no such setting; there are {', '.join(Settings.model_fields)}"
        lines.append(f"setting {setting} ({origins.get(setting, 'given')}): {message}")
    return "\n".join(lines)
