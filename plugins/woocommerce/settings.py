"""What staff fill in to connect a WooCommerce shop."""

from typing import Literal

from pydantic import BaseModel, Field, SecretStr

from tracker.sdk import ApiUrl

NAMESPACES = {"wc-shipment-tracking": "wc-shipment-tracking/v3", "wc-ast": "wc-ast/v3"}


class WooSettings(BaseModel):
    """The shop's address, the secret of its webhooks, and a REST API key that may read and write."""

    url: ApiUrl = Field(title="Address of the shop", max_length=500)
    webhook_secret: SecretStr = Field(default=SecretStr(""), max_length=200, title="Secret of the webhooks")
    consumer_key: str = Field(default="", max_length=200, title="Consumer key")
    consumer_secret: SecretStr = Field(default=SecretStr(""), max_length=200, title="Consumer secret")
    tracking_api: Literal["wc-shipment-tracking", "wc-ast", "none"] = Field(
        default="wc-shipment-tracking", title="Shipments", description="The extension that keeps the shop's shipments"
    )
