"""Settings from the environment and the file, and what they never show."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from copilot.settings import Settings, SettingsError, environment_of, load_settings, settings_file

KEY = "test-key-8c1f0e2d"


def settings(folder: Path, **environment: str) -> Settings:
    return load_settings({"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), **environment})


def written(folder: Path, text: str) -> Path:
    path = folder / "optcopilot" / "settings.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_fresh_machine_needs_no_settings(tmp_path: Path) -> None:
    fresh = settings(tmp_path)
    assert fresh == Settings()
    assert not fresh.endpoint_configured


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    written(tmp_path, 'model = "filed"\ntime_limit = 30\nbase_url = "http://127.0.0.1:8080/v1"\n')
    found = settings(tmp_path, OPTCOPILOT_MODEL="named")
    assert (found.model, found.time_limit, found.base_url) == ("named", 30.0, "http://127.0.0.1:8080/v1")
    assert found.endpoint_configured


@pytest.mark.parametrize(
    ("environment", "base_url", "key"),
    [
        ({"OPENAI_API_KEY": KEY}, "", KEY),
        ({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "http://here/v1/"}, "http://here/v1", KEY),
        ({"OPENAI_API_KEY": KEY, "OPTCOPILOT_BASE_URL": "http://there/v1"}, "http://there/v1", ""),
        (
            {"OPENAI_API_KEY": KEY, "OPTCOPILOT_BASE_URL": "https://eu.api.openai.com/v1"},
            "https://eu.api.openai.com/v1",
            KEY,
        ),
        ({"OPENAI_API_KEY": "other", "OPTCOPILOT_API_KEY": KEY}, "", KEY),
        (
            {
                "OPTCOPILOT_API_KEY": KEY,
                "OPTCOPILOT_BASE_URL": "http://a/v1",
                "OPENAI_BASE_URL": "http://b/v1",
            },
            "http://a/v1",
            KEY,
        ),
    ],
)
def test_address_and_key_come_from_the_environment_and_a_key_goes_only_where_it_belongs(
    tmp_path: Path, environment: dict[str, str], base_url: str, key: str
) -> None:
    found = settings(tmp_path, **environment)
    assert (found.base_url, found.api_key.get_secret_value()) == (base_url, key)


@pytest.mark.parametrize(
    ("environment", "configured"),
    [
        ({"OPENAI_API_KEY": KEY}, False),
        ({"OPENAI_API_KEY": KEY, "OPTCOPILOT_MODEL": "large"}, True),
        ({"OPTCOPILOT_BASE_URL": "http://127.0.0.1:8080/v1"}, True),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:8080/v1"}, True),
        ({"OPTCOPILOT_PROVIDER": "ollama"}, True),
        ({"OPTCOPILOT_MODEL": "large"}, False),
    ],
)
def test_a_key_that_lies_around_configures_no_endpoint(
    tmp_path: Path, environment: dict[str, str], configured: bool
) -> None:
    assert settings(tmp_path, **environment).endpoint_configured is configured


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        (
            {"OPTCOPILOT_BASE_URL": "127.0.0.1:8080"},
            ("base_url (OPTCOPILOT_BASE_URL)", "http://127.0.0.1:8080/v1"),
        ),
        ({"OPTCOPILOT_BASE_URL": f"http://me:{KEY}@host/v1"}, ("base_url", "leave out user")),
        ({"OPTCOPILOT_TIME_LIMIT": "soon"}, ("time_limit (OPTCOPILOT_TIME_LIMIT)", "number")),
        ({"OPTCOPILOT_TIME_LIMIT": "nan"}, ("time_limit",)),
        ({"OPTCOPILOT_API_KEY": f"{KEY} {KEY}"}, ("api_key (OPTCOPILOT_API_KEY)", "copy it again")),
        ({"OPTCOPILOT_API_KEY": f"{KEY}\u2014"}, ("api_key", "special character")),
        ({"OPTCOPILOT_FORMULATOR": "oracle"}, ("formulator", "'offline', 'llm' or 'hybrid'")),
        ({"OPTCOPILOT_SETTINGS": "nowhere.toml"}, ("no settings file nowhere.toml",)),
    ],
)
def test_a_wrong_setting_is_named_with_its_origin_and_without_its_secret(
    tmp_path: Path, environment: dict[str, str], words: tuple[str, ...]
) -> None:
    with pytest.raises(SettingsError) as caught:
        settings(tmp_path, **environment)
    for word in words:
        assert word in str(caught.value)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("model = ", "cannot be read"),
        ('api_kye = "x"', "no such setting"),
        ("time_limit = -1", "greater than 0"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, text: str, words: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        settings(tmp_path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)


def test_the_key_shows_in_no_representation() -> None:
    with_key = Settings(api_key=SecretStr(KEY))
    for shown in (repr(with_key), str(with_key), with_key.model_dump_json(), repr(with_key.model_dump())):
        assert KEY not in shown


def test_the_settings_file_lies_in_the_users_configuration_directory(tmp_path: Path) -> None:
    assert settings_file({"HOME": str(tmp_path)}).name == "settings.toml"
    assert str(settings_file({"HOME": str(tmp_path)})).startswith(str(tmp_path))
    assert settings_file({"OPTCOPILOT_SETTINGS": "mine.toml"}) == Path("mine.toml")


@pytest.mark.parametrize(
    "chosen",
    [
        Settings(),
        Settings(model="tiny", api_key=SecretStr(KEY)),
        Settings(base_url="http://127.0.0.1:9/v1", api_key=SecretStr(KEY), repairs=0, reply_timeout=7.5, replay=False),
    ],
)
def test_another_process_loads_just_the_settings_that_it_is_handed(chosen: Settings, tmp_path: Path) -> None:
    handed = environment_of(chosen, tmp_path / "handed.toml")
    assert load_settings(handed) == chosen
    assert KEY not in (tmp_path / "handed.toml").read_text()
