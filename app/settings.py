"""Every setting the service has. A wrong value stops the start and names itself."""

from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(ValueError):
    """A setting that cannot be used; the message names the variable and what it should be."""


class Settings(BaseSettings):
    """Read from `RAPPORT_*` variables, then from `.env`; everything has a default that works on a laptop."""

    model_config = SettingsConfigDict(env_prefix="RAPPORT_", env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Field(Path("data"), description="Where SQLite, the generated secret and the lock file live.")
    database_url: str | None = Field(
        None, description="sqlite+aiosqlite:///... or postgresql+psycopg://...; empty: SQLite in the data folder."
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    public_url: str | None = Field(None, description="How people reach the service, for links; empty: host and port.")
    secret_key: SecretStr | None = Field(
        None, min_length=32, description="Secret for hashing links and tokens; empty: generated in the data folder."
    )
    session_days: int = Field(14, ge=1, le=365, description="How long a browser stays signed in.")
    sign_in_link_hours: int = Field(72, ge=1, le=720, description="How long a one-time link works.")
    support_url: str = Field(
        "", description="Where a student in distress finds help, linked on every page; empty: our own page."
    )

    llm_base_url: str | None = Field(None, description="An OpenAI-compatible endpoint; empty: OpenAI's own.")
    llm_api_key: SecretStr | None = Field(None, description="Its key; falls back to OPENAI_API_KEY.")
    llm_model: str | None = Field(None, description="The model that speaks as the patient; empty: authored patient.")
    llm_temperature: float | None = Field(0.8, ge=0, le=2, description="Empty: not sent; some servers refuse it.")
    llm_max_tokens: int = Field(300, ge=16, le=4000, description="Longest reply, in tokens.")
    llm_max_tokens_field: str = Field(
        "max_tokens", pattern="^(max_tokens|max_completion_tokens)$", description="Which name the server wants."
    )
    llm_first_token_s: float = Field(30, gt=0, le=600, description="How long to wait for the first words.")
    llm_idle_s: float = Field(20, gt=0, le=600, description="How long a reply may stand still.")
    llm_context_tokens: int = Field(8192, ge=1024, description="The model's context window, in tokens.")

    judge_model: str | None = Field(None, description="The model for a second opinion; empty: there is none.")
    judge_base_url: str | None = Field(None, description="Its OpenAI-compatible endpoint; empty: RAPPORT_LLM_BASE_URL.")
    judge_api_key: SecretStr | None = Field(None, description="Its key; falls back to the patient's.")
    judge_temperature: float | None = Field(0, ge=0, le=2, description="Empty: not sent; some servers refuse it.")
    judge_max_tokens: int = Field(4000, ge=500, le=100_000, description="Longest answer to one question, in tokens.")
    judge_max_tokens_field: str = Field(
        "max_tokens", pattern="^(max_tokens|max_completion_tokens)$", description="Which name the server wants."
    )
    judge_answer_s: float = Field(180, gt=0, le=1800, description="How long one answer may take.")
    judge_context_tokens: int = Field(
        32768, ge=2048, description="Its context window, in tokens; a longer talk is not judged, and says so."
    )
    judge_format: str = Field(
        "json_schema",
        pattern="^(json_schema|json_object|text)$",
        description="How the server is asked for JSON: json_schema, json_object, or text where it refuses both.",
    )
    judge_samples: int = Field(1, ge=1, le=5, description="How often each talk is judged, to show the spread.")
    judge_class_tokens: int | None = Field(
        None, ge=0, description="Tokens a class may use for second opinions in a calendar month; empty: no limit."
    )
    judge_price_prompt: float | None = Field(None, ge=0, description="Price of a million prompt tokens, for the cost.")
    judge_price_cached: float | None = Field(
        None, ge=0, description="Price of a million prompt tokens the server had cached; empty: as the others."
    )
    judge_price_completion: float | None = Field(None, ge=0, description="Price of a million answered tokens.")
    judge_currency: str = Field("USD", description="What the prices are in.")

    workers: int = Field(1, ge=1, le=64, description="Server processes; more than one needs PostgreSQL.")
    streams: int = Field(300, ge=1, le=10000, description="Replies one process speaks at once; more are asked to wait.")
    turn_characters: int = Field(2000, ge=100, le=10000, description="The longest turn a student may send.")
    encounter_turns: int = Field(120, ge=4, le=1000, description="Student turns before an encounter must end.")

    @field_validator("*", mode="before")
    @classmethod
    def _empty_means_unset(cls, value: object, info: ValidationInfo) -> object:
        """An empty variable is as good as none; only a temperature has a meaning of its own for it."""
        if value != "" or info.field_name is None:
            return value
        if info.field_name in ("llm_temperature", "judge_temperature"):
            return None
        return cls.model_fields[info.field_name].get_default()

    @field_validator("database_url")
    @classmethod
    def _database_is_one_we_speak(cls, value: str | None) -> str | None:
        known = ("sqlite+aiosqlite:///", "postgresql+psycopg://")
        if value is not None and not value.startswith(known):
            raise ValueError(f"should start with {' or '.join(known)}")
        return value

    @field_validator("public_url", "llm_base_url", "judge_base_url")
    @classmethod
    def _url_is_an_address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("should start with https:// or http://")
        return value

    @cached_property
    def database(self) -> str:
        """The database address in use."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'rapport.sqlite'}"

    @property
    def judge_prompt_tokens(self) -> int:
        """How many tokens a question to the judge may have, so that its answer fits into the window too."""
        return max(0, self.judge_context_tokens - self.judge_max_tokens)

    @property
    def base_url(self) -> str:
        """How people reach the service, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def read_settings(**overrides: object) -> Settings:
    """Settings from the environment.

    Raises:
        SettingsError: a value that does not fit; the message names the variable.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks the values
    except ValidationError as error:
        faults = [
            f"RAPPORT_{'_'.join(str(part) for part in fault['loc']).upper()}: "
            f"{fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors(include_url=False, include_input=False)
        ]
        raise SettingsError("; ".join(faults)) from error
