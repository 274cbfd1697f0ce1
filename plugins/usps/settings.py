"""What the shop tells about its account with USPS."""

from pydantic import BaseModel, Field, SecretStr, ValidationInfo, field_validator

from tracker.sdk import BaseUrl, ClientCredentials

SECRET_LENGTH = 32


class UspsSettings(BaseModel):
    """Keys of an app at developers.usps.com with the products Tracking and, for news, Subscriptions - Tracking."""

    client_id: str = Field(min_length=1, max_length=200, title="Consumer key")
    client_secret: SecretStr = Field(min_length=1, max_length=200, title="Consumer secret")
    push_secret: SecretStr = Field(
        default=SecretStr(""),
        title="Secret of subscriptions",
        description="32 characters of your own, with which USPS signs its news; empty: USPS is only asked.",
    )
    admin_email: str = Field(
        default="",
        max_length=200,
        title="Mail address for USPS",
        description="Whom USPS tells when its news cannot come.",
        validate_default=True,
    )
    base_url: BaseUrl = Field(default="https://apis.usps.com", title="Address of the API")

    @field_validator("push_secret")
    @classmethod
    def _fits(cls, secret: SecretStr) -> SecretStr:
        if len(secret.get_secret_value()) not in (0, SECRET_LENGTH):
            raise ValueError(f"USPS takes a secret of exactly {SECRET_LENGTH} characters")
        return secret

    @field_validator("admin_email")
    @classmethod
    def _given(cls, address: str, info: ValidationInfo) -> str:
        secret = info.data.get("push_secret")
        if secret is not None and secret.get_secret_value() and "@" not in address:
            raise ValueError("USPS wants a mail address beside the secret")
        return address

    def credentials(self, scope: str) -> ClientCredentials:
        """For the token of one scope. Without a scope USPS gives a token with which every question is refused."""
        url, secret = f"{self.base_url}/oauth2/v3/token", self.client_secret.get_secret_value()
        return ClientCredentials(url, self.client_id, secret, json=True, extra={"scope": scope})
